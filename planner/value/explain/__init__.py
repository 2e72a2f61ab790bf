"""Why this quantity, this day, this mode: what other decisions would cost, which limits bind, which demand is served."""
