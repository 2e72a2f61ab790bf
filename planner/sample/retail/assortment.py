"""The 60 items."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "item_id name units_per_day unit_weight_kg unit_volume_l case_size unit_cost unit_price"
    " shelf_life_days suppliers"
)

# units_per_day: in a store of size 1. suppliers: F = FARMGATE, P = PORTLINE.
GROCERY = """
G01 Milk 1 l|24|1.03|1.2|12|0.82|1.19|8|F
G02 Yoghurt 500 g|11|0.53|0.7|12|0.88|1.39|14|F
G03 Butter 250 g|9|0.26|0.35|20|1.75|2.49|30|F
G04 Strawberries 500 g|5|0.52|1.4|6|2.10|3.49|4|F
G05 Salad mix 200 g|6|0.22|1.6|8|0.95|1.79|5|F
G06 Chicken breast 500 g|7|0.52|0.8|8|3.40|4.99|6|F
G07 Minced beef 400 g|6|0.42|0.6|8|2.90|4.29|5|F
G08 Sliced bread|14|0.52|2.4|10|0.90|1.59|5|F
G09 Eggs 10|10|0.68|1.9|18|1.65|2.59|21|F
G10 Cheese 400 g|6|0.41|0.6|12|3.10|4.79|40|F
G11 Orange juice 1 l|9|1.05|1.2|12|1.30|2.19|25|F
G12 Frozen pizza|5|0.40|2.2|10|1.70|2.99|180|F
G13 Potatoes 2 kg|12|2.05|3.2|8|1.40|2.29|20|F
G14 Apples 1 kg|10|1.03|2.1|10|1.30|2.19|15|F
G15 Mineral water 6 x 1.5 l|9|9.20|9.8|6|1.35|2.09||F
G16 Lager 6 x 0.5 l|9|3.40|3.8|4|3.10|4.79||F
G17 Flour 1 kg|5|1.01|1.3|10|0.55|0.89||FP
G18 Sugar 1 kg|5|1.01|1.1|10|0.72|1.05||FP
G19 Rice 1 kg|5|1.02|1.2|12|1.15|1.89||P
G20 Pasta 500 g|12|0.51|1.1|24|0.58|0.99||P
G21 Tomatoes in tins|10|0.46|0.5|24|0.52|0.89||P
G22 Olive oil 0.75 l|3|1.15|1.3|12|5.20|7.49||P
G23 Coffee 500 g|5|0.52|1.1|12|4.30|6.49||FP
G24 Red wine 0.75 l|5|1.30|1.3|6|3.60|5.49||P
G25 Washing powder 3 kg|3|3.10|4.6|4|5.60|8.49||FP
G26 Toilet paper 10|6|1.30|14.0|6|2.80|4.19||FP
"""
FASHION = """
F01 T-shirt basic|2.4|0.20|0.9|10|5.5|9.99||P
F02 Socks 5 pairs|3.0|0.25|0.9|12|4.2|7.99||P
F03 Jeans|0.9|0.70|2.6|5|16.0|29.99||P
F04 Hoodie|0.75|0.60|4.0|6|14.0|25.99||P
F05 Rain jacket|0.45|0.70|4.5|4|22.0|39.99||P
F06 Dress|0.52|0.35|2.2|4|18.0|34.99||P
F07 Trainers|0.68|0.95|9.0|4|24.0|44.99||P
F08 Scarf|0.75|0.20|1.4|8|6.5|12.99||P
F09 Wool jumper|0.52|0.55|3.6|5|20.0|37.99||P
F10 Winter coat|0.3|1.60|9.5|2|40.0|74.99||P
F11 Pyjamas|0.75|0.45|2.4|6|10.0|17.99||P
F12 Leather belt|0.6|0.30|0.9|6|9.0|16.99||P
"""
ELECTRONICS = """
E01 Wireless earbuds|0.40|0.20|0.7|1|62|99.00||P
E02 Phone charger|1.40|0.15|0.5|10|8|14.99||P
E03 Bluetooth speaker|0.50|0.90|3.0|2|42|64.90||P
E04 Tablet 10 inch|0.30|0.80|3.5|1|165|219.00||P
E05 Smart watch|0.40|0.25|1.2|1|110|149.00||P
E06 Laptop 15 inch|0.18|2.80|9.0|1|300|389.00||P
E07 Television 43 inch|0.16|11.0|95.0|1|235|299.00||P
E08 Electric toothbrush|0.60|0.50|2.0|4|28|44.90||P
E09 Computer mouse|0.70|0.15|0.9|5|11|19.90||P
E10 Memory card 128 GB|0.60|0.03|0.1|10|12|19.90||P
E11 Game console|0.22|4.80|19.0|1|260|319.00||P
"""
DURABLES = """
D01 Kettle|0.60|1.30|6.5|4|17|29.90||FP
D02 Toaster|0.45|1.70|9.0|2|19|32.90||FP
D03 Frying pan 28 cm|0.70|1.40|6.0|4|14|24.90||FP
D04 Vacuum cleaner|0.30|6.20|42.0|1|78|119.00||P
D05 Microwave oven|0.20|12.0|48.0|1|62|94.90||P
D06 Bicycle helmet|0.30|0.45|9.0|2|21|36.90||P
D07 Tool set|0.25|7.50|14.0|1|48|79.00||P
D08 Drill|0.25|2.60|9.5|1|56|89.00||P
D09 Garden chair|0.30|4.20|46.0|2|24|39.90||F
D10 Desk lamp|0.40|1.60|9.0|2|18|32.90||FP
D11 Fridge 100 l|0.08|27.0|170.0|1|150|209.00||P
"""
CATEGORIES = {"grocery": GROCERY, "fashion": FASHION, "electronics": ELECTRONICS, "durables": DURABLES}


def assortment() -> "pd.DataFrame":
    """All items with what the other parts of the generator need to know about them."""
    import pandas as pd

    rows = []
    for category, lines in CATEGORIES.items():
        for line in lines.strip().splitlines():
            head, *values = line.split("|")
            item_id, name = head.split(" ", 1)
            rows.append((item_id, name, *values, category))
    frame = pd.DataFrame(rows, columns=[*COLUMNS.split(), "category"])
    numbers = [c for c in frame.columns if c not in ("item_id", "name", "suppliers", "category")]
    frame[numbers] = frame[numbers].apply(pd.to_numeric)
    frame["unit_volume_m3"] = frame["unit_volume_l"] / 1000
    return frame


def items(goods: "pd.DataFrame") -> "pd.DataFrame":
    """The table `items`."""
    columns = (
        "item_id name category unit_weight_kg unit_volume_m3 case_size unit_cost unit_price shelf_life_days"
    )
    return goods[columns.split()]
