"""The decomposed engine: stock points plan alone under prices; the prices give plans and a bound."""
