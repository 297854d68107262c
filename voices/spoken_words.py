"""The tables of `spoken`: English words for signs, units, currencies and abbreviations."""

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
NUMBERED_IN_ROMAN = (
    "chapter", "part", "act", "scene", "section", "volume", "vol.", "book", "appendix", "season", "canto",
    "table", "figure", "fig.", "lesson", "unit", "title", "article", "amendment", "phase", "world war",
    "episode", "stanza",
)  # fmt: skip

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
MONTH_NAMES = {name[:3]: name for name in MONTHS} | {"Sept": "September"}
DAY_NAMES = {
    "Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday",
    "Thurs": "Thursday", "Fri": "Friday", "Sat": "Saturday", "Sun": "Sunday",
}  # fmt: skip

ADDRESS_SIGNS = {
    ".": "dot", "/": "slash", "@": "at", "_": "underscore", "+": "plus", "-": "dash", "~": "tilde",
    "=": "equals", ":": "colon",
}  # fmt: skip
DOMAINS = {
    "com": "com", "org": "org", "net": "net", "edu": "E D U", "gov": "gov", "info": "info", "io": "I O",
    "ai": "A I", "co": "co", "uk": "U K", "us": "U S", "eu": "E U", "de": "D E", "fr": "F R", "es": "E S",
    "it": "I T", "nl": "N L", "ca": "C A", "au": "A U", "tv": "T V", "app": "app", "dev": "dev", "me": "me",
    "biz": "biz", "xyz": "X Y Z", "br": "B R", "jp": "J P", "ch": "C H", "be": "B E", "online": "online",
    "shop": "shop", "blog": "blog",
}  # fmt: skip
EXTENSIONS = {
    "txt": "T X T", "pdf": "P D F", "py": "P Y", "js": "J S", "ts": "T S", "md": "M D", "html": "H T M L",
    "css": "C S S", "csv": "C S V", "doc": "doc", "docx": "doc X", "xls": "X L S", "xlsx": "X L S X",
    "ppt": "P P T", "pptx": "P P T X", "mp3": "M P 3", "mp4": "M P 4", "m4a": "M 4 A", "wav": "wav",
    "ogg": "ogg", "flac": "flac", "zip": "zip", "json": "jason", "xml": "X M L", "yaml": "yamel",
    "toml": "tommel", "png": "P N G", "gif": "gif", "jpg": "jay peg", "jpeg": "jay peg", "svg": "S V G",
    "exe": "E X E", "epub": "E pub", "srt": "S R T", "sql": "S Q L",
}  # fmt: skip

VERSIONED = (
    "python", "django", "node", "java", "ruby", "php", "go", "rust", "android", "ios", "macos", "windows",
    "linux", "ubuntu", "debian", "postgresql", "postgres", "redis", "kubernetes", "web", "bluetooth", "usb",
    "http", "tls",
)  # fmt: skip

SCALES = {"k": "thousand", "m": "million", "mn": "million", "b": "billion", "bn": "billion", "tn": "trillion"}
CURRENCIES = {
    "$": ("dollar", "dollars"),
    "£": ("pound", "pounds"),
    "€": ("euro", "euros"),
    "¥": ("yen", "yen"),
    "₹": ("rupee", "rupees"),
    "₩": ("won", "won"),
    "₿": ("bitcoin", "bitcoin"),
    "US$": ("US dollar", "US dollars"),
    "C$": ("Canadian dollar", "Canadian dollars"),
    "CA$": ("Canadian dollar", "Canadian dollars"),
    "A$": ("Australian dollar", "Australian dollars"),
    "AU$": ("Australian dollar", "Australian dollars"),
    "NZ$": ("New Zealand dollar", "New Zealand dollars"),
    "HK$": ("Hong Kong dollar", "Hong Kong dollars"),
    "R$": ("real", "reais"),
    "USD": ("US dollar", "US dollars"),
    "EUR": ("euro", "euros"),
    "GBP": ("pound", "pounds"),
    "CHF": ("Swiss franc", "Swiss francs"),
    "JPY": ("yen", "yen"),
    "CAD": ("Canadian dollar", "Canadian dollars"),
    "AUD": ("Australian dollar", "Australian dollars"),
    "INR": ("rupee", "rupees"),
    "BRL": ("real", "reais"),
}
PER = {
    "day": "day", "wk": "week", "week": "week", "mo": "month", "month": "month", "yr": "year",
    "year": "year", "hr": "hour", "hour": "hour", "min": "minute", "minute": "minute", "person": "person",
    "night": "night", "user": "user", "kg": "kilogram", "lb": "pound", "GB": "gigabyte", "unit": "unit",
    "each": "each",
}  # fmt: skip

UNITS = {
    "m": ("meter", "meters"),
    "m²": ("square meter", "square meters"),
    "m2": ("square meter", "square meters"),
    "m³": ("cubic meter", "cubic meters"),
    "km²": ("square kilometer", "square kilometers"),
    "cm²": ("square centimeter", "square centimeters"),
    "mm²": ("square millimeter", "square millimeters"),
    "cm³": ("cubic centimeter", "cubic centimeters"),
    "ft²": ("square foot", "square feet"),
    "sq. ft.": ("square foot", "square feet"),
    "sq. ft": ("square foot", "square feet"),
    "sq. mi": ("square mile", "square miles"),
    "m/s": ("meter per second", "meters per second"),
    "m/s²": ("meter per second squared", "meters per second squared"),
    "km/s": ("kilometer per second", "kilometers per second"),
    "km/h": ("kilometer per hour", "kilometers per hour"),
    "mi/h": ("mile per hour", "miles per hour"),
    "ft/s": ("foot per second", "feet per second"),
    "MB/s": ("megabyte per second", "megabytes per second"),
    "GB/s": ("gigabyte per second", "gigabytes per second"),
    "kcal": ("kilocalorie", "kilocalories"),
    "kPa": ("kilopascal", "kilopascals"),
    "hPa": ("hectopascal", "hectopascals"),
    "nm": ("nanometer", "nanometers"),
    "µm": ("micrometer", "micrometers"),
    "µg": ("microgram", "micrograms"),
    "rpm": ("R P M", "R P M"),
    "dB": ("decibel", "decibels"),
    "px": ("pixel", "pixels"),
    "V": ("volt", "volts"),
    "kV": ("kilovolt", "kilovolts"),
    "mV": ("millivolt", "millivolts"),
    "W": ("watt", "watts"),
    "Wh": ("watt hour", "watt hours"),
    "L": ("liter", "liters"),
    "l": ("liter", "liters"),
    "dl": ("deciliter", "deciliters"),
    "cl": ("centiliter", "centiliters"),
    "g": ("gram", "grams"),
    "ha": ("hectare", "hectares"),
    "PB": ("petabyte", "petabytes"),
    "kbps": ("kilobit per second", "kilobits per second"),
}

# Alone, and after a whole number: "½", "2½"
VULGAR = {
    "½": ("one half", "a half"),
    "⅓": ("one third", "a third"),
    "⅔": ("two thirds", "two thirds"),
    "¼": ("one quarter", "a quarter"),
    "¾": ("three quarters", "three quarters"),
    "⅕": ("one fifth", "a fifth"),
    "⅖": ("two fifths", "two fifths"),
    "⅗": ("three fifths", "three fifths"),
    "⅘": ("four fifths", "four fifths"),
    "⅙": ("one sixth", "a sixth"),
    "⅛": ("one eighth", "an eighth"),
    "⅜": ("three eighths", "three eighths"),
    "⅝": ("five eighths", "five eighths"),
    "⅞": ("seven eighths", "seven eighths"),
}

COMPARISONS = {
    "≥": "at least",
    "≤": "at most",
    "≠": "not equal to",
    "≈": "about",
    "~": "about",
    ">": "more than",
    "<": "less than",
}

FORMULAS = {
    "H2O": "H 2 O", "H₂O": "H 2 O", "CO2": "C O 2", "CO₂": "C O 2", "O2": "O 2", "O₂": "O 2",
    "N2O": "N 2 O", "CH4": "C H 4", "CH₄": "C H 4", "NO2": "N O 2", "NO₂": "N O 2", "SO2": "S O 2",
    "SO₂": "S O 2", "NH3": "N H 3", "NH₃": "N H 3", "H2SO4": "H 2 S O 4", "C6H12O6": "C 6 H 12 O 6",
}  # fmt: skip

ABBREVIATIONS = {
    "vs.": "versus", "approx.": "approximately", "Approx.": "Approximately", "cf.": "compare",
    "viz.": "namely", "Inc.": "Incorporated", "Corp.": "Corporation", "Ltd.": "Limited",
    "Bros.": "Brothers", "Dept.": "Department", "Univ.": "University", "Assn.": "Association",
    "Govt.": "Government", "Jr.": "Junior", "Sr.": "Senior", "Ave.": "Avenue", "Blvd.": "Boulevard",
    "Hwy.": "Highway", "Pkwy.": "Parkway", "Apt.": "Apartment", "Bldg.": "Building", "Fig.": "Figure",
    "Figs.": "Figures", "fig.": "figure", "Vol.": "Volume", "vol.": "volume", "Ch.": "Chapter",
    "ch.": "chapter", "Sec.": "Section", "Eq.": "Equation", "Art.": "Article", "Ph.D.": "P H D",
    "Messrs.": "Messers", "Mme.": "Madame", "Mlle.": "Mademoiselle", "Esq.": "Esquire", "et al.": "et al",
    "Mon.": "Monday", "Tue.": "Tuesday", "Tues.": "Tuesday", "Wed.": "Wednesday", "Thu.": "Thursday",
    "Thurs.": "Thursday", "Fri.": "Friday", "Jan.": "January", "Feb.": "February", "Aug.": "August",
    "Sept.": "September", "Oct.": "October", "Nov.": "November", "Dec.": "December",
    "sq. mi.": "square miles",
}  # fmt: skip
