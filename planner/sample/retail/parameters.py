"""Every magnitude of the retail sample. Change a number here, run `python -m planner.sample data`.

Money is EUR, weights are kg, volumes m³, distances km, times days.
"""

SEED = 20260907
START = "2026-09-07"  # a Monday
HORIZON_DAYS = 14
HISTORY_DAYS = 180

# --- sales history ------------------------------------------------------------------------------------------
# A grocery item stands for a leading article with its variants: G01 for the whole shelf of milk. A store of
# size 1 sells the 26 of them for 3.1 million a year, the smallest for 1.6; an average supermarket turns over 5.2.
VOLUME = {
    "grocery": 15.0,
    "fashion": 2.5,
    "electronics": 2.5,
    "durables": 2.5,
}  # on units_per_day of the assortment
WEEKDAYS = {  # Monday … Sunday; scaled to a mean of 1
    "grocery": (0.88, 0.85, 0.90, 0.95, 1.18, 1.34, 0.90),
    "fashion": (0.75, 0.78, 0.85, 0.95, 1.15, 1.50, 1.02),
    "electronics": (0.85, 0.85, 0.90, 0.95, 1.10, 1.40, 0.95),
    "durables": (0.80, 0.80, 0.85, 0.90, 1.05, 1.60, 1.00),
}
ASSORTMENT_SPREAD = 0.25  # log-sd of an item's taste from store to store
LEVEL_DRIFT = 0.015  # log-sd per day of the slow random walk of each series
DISPERSION = {
    "grocery": 0.06,
    "fashion": 0.25,
    "electronics": 0.15,
    "durables": 0.10,
}  # var = mean + this·mean²
PROMOTION_EVERY_DAYS = {"grocery": 45, "fashion": 60, "electronics": 90, "durables": 120}
PROMOTION_LENGTH_DAYS = 7
PROMOTION_PRICE = (0.75, 0.85, 0.90)  # share of the normal price
PROMOTION_UPLIFT = {"grocery": 1.8, "fashion": 1.6, "electronics": 1.5, "durables": 1.4}
SHORTAGE_EVERY_DAYS = 35  # a delivery fails this often …
SHORTAGE_LENGTH_DAYS = (1, 3)  # … for so many days; from the second on nothing is left
SHORTAGE_FIRST_DAY = (0.2, 1.4)  # stock on the first day, as a share of the mean demand

# --- freight ------------------------------------------------------------------------------------------------
DETOUR = 1.25  # road km per straight km
VAN = {"vehicle_kg": 1_000, "vehicle_m3": 6, "base": 58, "per_km": 0.75, "lowest": 90, "highest": 150}
LORRY = {"vehicle_kg": 3_000, "vehicle_m3": 16, "base": 110, "per_km": 1.05, "lowest": 150, "highest": 260}
TRUCK = {"vehicle_kg": 8_000, "vehicle_m3": 40, "base": 190, "per_km": 1.60, "lowest": 250, "highest": 450}
SHUTTLE = {"vehicle_kg": 600, "vehicle_m3": 4, "cost": 45}  # between two stores
LONG_HAUL = {"vehicle_kg": 24_000, "vehicle_m3": 86, "base": 640, "per_km": 0.90}  # from far suppliers
REGIONAL = {"vehicle_kg": 12_000, "vehicle_m3": 50, "base": 310, "per_km": 0.80}  # within REGION_KM
REGION_KM = 450
RAIL = {"vehicle_kg": 12_000, "vehicle_m3": 33, "base": 190, "per_km": 0.22}  # a container of 20 feet
AIR_PER_KG, AIR_MINIMUM = 2.5, 35
PART_LOAD_BASE, PART_LOAD_PER_KM = 0.23, 0.0009  # per kg below the first break
PART_LOAD_BREAKS = (
    (0, 1.00),
    (150, 0.82),
    (400, 0.68),
    (1_000, 0.56),
    (2_500, 0.47),
)  # from_kg, share of the rate
PART_LOAD_MINIMUM = (25, 40)
EXPRESS_BASE, EXPRESS_PER_KM, EXPRESS_MINIMUM = 1.0, 0.005, 12
STOP_COST = 10
TARIFF_RISE, TARIFF_CHANGES_ON_DAY = 1.12, 7  # vans of DC-NORTH get dearer in the second week

# --- stock --------------------------------------------------------------------------------------------------
STORE_COVER_DAYS = (1.5, 5.0)  # of the store's demand
STORE_COVER_SLOW_DAYS = (8.0, 24.0)  # of items that sell less than SLOW_PER_DAY
SLOW_PER_DAY = 1.0
DC_COVER_DAYS = (4.0, 8.0)  # of the demand of the stores that it serves
DC_COVER_DRY_DAYS = (18.0, 35.0)  # of fashion, electronics and durables, which come from far and are light
FRESH_COVER_SHARE = 0.35  # of the shelf life: no more cover than this for items that perish
IN_TRANSIT = (  # origin, destination, mode, left and arrives on day, days of cover, first letters of items
    ("FARMGATE", "DC-NORTH", "truck", -3, 0, 2.0, "G"),
    ("FARMGATE", "DC-SOUTH", "truck", -3, 1, 2.0, "G"),
    ("PORTLINE", "DC-NORTH", "rail", -6, 2, 3.5, "GF"),
    ("PORTLINE", "DC-SOUTH", "truck", -2, 1, 4.0, "GFED"),
    ("DC-NORTH", "ST01", "truck", -1, 0, 1.5, "G"),
    ("DC-NORTH", "ST06", "truck", -1, 0, 1.5, "G"),
    ("DC-SOUTH", "ST09", "truck", -1, 0, 1.5, "GF"),
)
IN_TRANSIT_SHARE = 0.8  # of the items that could be on such a load
FIRM = ("G15", "FARMGATE", "DC-NORTH", "truck", 2400, 1, 3)  # a standing order of mineral water
SCARCE_ITEM = "E01"
SCARCE_DC_UNITS = {"DC-NORTH": 12, "DC-SOUTH": 8}
SCARCE_STORE_UNITS = 1
SCARCE_PER_DAY = 6  # what the supplier can give

# --- cost rates ---------------------------------------------------------------------------------------------
HOLDING_RATE = {"store": 0.30, "dc": 0.24}  # of the unit cost per year
HOLDING_RATE_FASHION = 0.50  # markdown risk at the stores
HOLDING_RATE_ELECTRONICS = 0.40  # prices fall while they lie there
HOLDING_RATE_FRESH = 0.60
# Cost per line, cost per case, hours per line, hours per case. About 100 cases an hour, at 30 an hour with equipment.
HANDLING = {
    "dc": (0.04, 0.30, 0.004, 0.010),
    "store": (0.02, 0.30, 0.003, 0.012),
}
CO2_PER_VEHICLE_KM = {"van": 0.25, "lorry": 0.45, "truck": 0.75, "long_haul": 0.95, "rail": 0.55}
CO2_PER_KG_KM = {"ltl": 0.00011, "express": 0.0005, "air": 0.0009}

# --- limits: (limit, overtime, cost of overtime per unit) ---------------------------------------------------
# If every day ships what is sold until the next delivery, an average day takes 9 vehicles and 54 hours at
# DC-NORTH, 8 and 36 at DC-SOUTH; a Friday, which ships for three days, 20 and 114, 13 and 70. So Fridays bind.
OUTBOUND_VEHICLES = {"DC-NORTH": (12, 12, 60), "DC-SOUTH": (9, 12, 60)}
OUTBOUND_VEHICLES_SATURDAY = {"DC-NORTH": (6, 12, 90), "DC-SOUTH": (4, 12, 90)}
INBOUND_VEHICLES = {"DC-NORTH": (4, 4, 150), "DC-SOUTH": (3, 4, 150)}
HANDLING_HOURS = {"DC-NORTH": (80, 40, 32), "DC-SOUTH": (48, 30, 32)}  # 10 and 6 people; half a shift more
STORAGE_M3 = {"DC-NORTH": (400, 300, 2.5), "DC-SOUTH": (270, 200, 2.5)}  # what is sold in a week
