"""How signs, shortenings and units are said, language by language."""

from dataclasses import dataclass

__all__ = ["WORDINGS", "Wording"]


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What a language says; engines read whole and decimal numbers by themselves."""

    to: str  # between the ends of a range
    or_: str  # for a slash between two words
    of: str  # for one between two numbers
    link: str  # in place of an address
    clock: str  # {0} hours and {1} minutes, where the minutes are not 0; {2} the word for hours
    oclock: str  # {0} hours
    hours: tuple[str, str] = ("", "")  # one, and more
    date: str  # {0} the day, {1} the month, {2} the year
    halves: tuple[str, str, str, str, str]  # a half, a quarter, three quarters, a third, two thirds
    and_halves: str  # {0} and a half
    and_parts: str  # {0} and {1}, another part
    after_noun: tuple[str, str, str] | None = None  # "and a half", feminine, and which nouns are
    times: str  # how often, as for 3x
    per: str  # for the stroke of 6/min
    spans: str  # what else may come after it
    pages: dict[str, str]  # shortenings that stand before a number
    signs: dict[str, str]  # by themselves, or beside a number; k is thousand
    units: dict[str, tuple[str, str]]  # one, and more
    money: dict[str, tuple[str, str]]
    short: dict[str, str]  # as they are written, with their dots
    months: str
    first: str = "1"  # the day of a month
    one: tuple[str, str, str] | None = None  # masculine, feminine, and of the clock
    feminine: str = ""  # of the units and money
    small: tuple[str, ...] = ()  # numbers from one on, as words of "{0} and a half"
    parts: tuple[str, ...] = ()  # words before Roman numerals
    shouted: str = ""  # short words that people write in capitals


WORDINGS = {
    "en": Wording(
        to="to",
        or_="or",
        of="out of",
        link="a link",
        clock="{0} {1}",
        oclock="{0} o'clock",
        date="{1} {0}, {2}",
        halves=("a half", "a quarter", "three quarters", "a third", "two thirds"),
        and_halves="{0} and a half",
        and_parts="{0} and {1}",
        times="times",
        per="per",
        spans="day week month year night breath",
        pages={"Ch.": "chapter", "ch.": "chapter", "p.": "page", "pp.": "pages", "No.": "number",
               "no.": "number"},
        signs={"~": "about", ">": "more than", "<": "less than", "k": "thousand",
               "&": "and", "+": "plus", "=": "equals", "@": "at", "%": "percent", "×": "times",
               "°C": "degrees Celsius", "°F": "degrees Fahrenheit", "°": "degrees",
               "№": "number", "#": "number", "-": "minus"},
        units={"s": ("second", "seconds"), "sec": ("second", "seconds"),
               "secs": ("second", "seconds"), "min": ("minute", "minutes"),
               "mins": ("minute", "minutes"), "h": ("hour", "hours"), "hr": ("hour", "hours"),
               "hrs": ("hour", "hours"), "km": ("kilometre", "kilometres"),
               "m": ("metre", "metres"),
               "cm": ("centimetre", "centimetres"), "mm": ("millimetre", "millimetres"),
               "kg": ("kilogram", "kilograms"), "ml": ("millilitre", "millilitres"),
               "Hz": ("hertz", "hertz")},
        money={"$": ("dollar", "dollars"), "€": ("euro", "euros"), "£": ("pound", "pounds")},
        short={"e.g.": "for example", "i.e.": "that is", "etc.": "et cetera", "vs.": "versus",
               "vs": "versus", "w/": "with", "w/o": "without", "Dr.": "Doctor", "Mr.": "Mister",
               "Mrs.": "Missus",
               "Prof.": "Professor", "approx.": "approximately",
               "and/or": "and or", "min.": "minutes", "sec.": "seconds", "incl.": "including"},
        months="January February March April May June July August September October November "
        "December",
        parts=("part", "chapter", "step", "section", "level", "stage", "phase", "volume"),
        shouted="AND BUT CAN DO FEEL FOR GO HERE IN IS LET NOT NOW OFF ON ONE OUT REST "
        "SO STOP THE THIS TO YOU YOUR",
    ),
    "de": Wording(
        to="bis",
        or_="oder",
        of="von",
        link="ein Link",
        clock="{0} Uhr {1}",
        oclock="{0} Uhr",
        date="{0}. {1} {2}",
        halves=("ein halb", "ein Viertel", "drei Viertel", "ein Drittel", "zwei Drittel"),
        and_halves="{0}einhalb",
        and_parts="{0} und {1}",
        times="mal",
        per="pro",
        spans="Tag Woche Monat Jahr Nacht Atemzug",
        pages={"Kap.": "Kapitel", "S.": "Seite", "Nr.": "Nummer"},
        signs={"~": "etwa", ">": "mehr als", "<": "weniger als", "k": "tausend",
               "&": "und", "+": "plus", "=": "gleich", "@": "at", "%": "Prozent", "×": "mal",
               "°C": "Grad Celsius", "°F": "Grad Fahrenheit", "°": "Grad", "№": "Nummer",
               "#": "Nummer", "-": "minus"},
        units={"s": ("Sekunde", "Sekunden"), "Sek": ("Sekunde", "Sekunden"),
               "min": ("Minute", "Minuten"), "Min": ("Minute", "Minuten"),
               "h": ("Stunde", "Stunden"), "Std": ("Stunde", "Stunden"),
               "km": ("Kilometer", "Kilometer"), "m": ("Meter", "Meter"),
               "cm": ("Zentimeter", "Zentimeter"),
               "mm": ("Millimeter", "Millimeter"), "kg": ("Kilogramm", "Kilogramm"),
               "ml": ("Milliliter", "Milliliter"), "Hz": ("Hertz", "Hertz")},
        money={"$": ("Dollar", "Dollar"), "€": ("Euro", "Euro"), "£": ("Pfund", "Pfund")},
        short={"z. B.": "zum Beispiel", "z.B.": "zum Beispiel", "d. h.": "das heißt",
               "d.h.": "das heißt", "usw.": "und so weiter", "bzw.": "beziehungsweise",
               "ca.": "circa", "Dr.": "Doktor", "Hr.": "Herr", "Fr.": "Frau", "Prof.": "Professor",
               "u. a.": "unter anderem", "u.a.": "unter anderem", "evtl.": "eventuell",
               "ggf.": "gegebenenfalls",
               "etc.": "et cetera",
               "Min.": "Minuten", "Sek.": "Sekunden", "Std.": "Stunden", "und/oder": "und oder"},
        months="Januar Februar März April Mai Juni Juli August September Oktober "
        "November Dezember",
        parts=("teil", "kapitel", "schritt", "abschnitt", "stufe", "phase", "band"),
        shouted="ATME AUS DA DAS DU EIN HIER IST JA LOS NICHT NUN RUHE UND",
        one=("ein", "eine", "ein"),
        feminine="Sekunde Minute Stunde",
        small=("ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn"),
    ),
    "fr": Wording(
        to="à",
        or_="ou",
        of="sur",
        link="un lien",
        clock="{0} {2} {1}",
        oclock="{0} {2}",
        hours=("heure", "heures"),
        date="{0} {1} {2}",
        halves=("un demi", "un quart", "trois quarts", "un tiers", "deux tiers"),
        and_halves="{0} et demi",
        and_parts="{0} et {1}",
        after_noun=("et demi", "et demie", r"es$"),
        times="fois",
        per="par",
        spans="jour semaine mois an nuit souffle",
        pages={"chap.": "chapitre", "p.": "page", "pp.": "pages", "n°": "numéro", "N°": "numéro",
               "nº": "numéro"},
        signs={"~": "environ", ">": "plus de", "<": "moins de", "k": "mille",
               "&": "et", "+": "plus", "=": "égale", "@": "arobase", "%": "pour cent",
               "×": "fois", "°C": "degrés Celsius", "°F": "degrés Fahrenheit", "°": "degrés",
               "№": "numéro", "#": "numéro", "-": "moins"},
        units={"s": ("seconde", "secondes"), "sec": ("seconde", "secondes"),
               "min": ("minute", "minutes"), "h": ("heure", "heures"),
               "km": ("kilomètre", "kilomètres"), "m": ("mètre", "mètres"),
               "cm": ("centimètre", "centimètres"),
               "mm": ("millimètre", "millimètres"), "kg": ("kilogramme", "kilogrammes"),
               "ml": ("millilitre", "millilitres"), "Hz": ("hertz", "hertz")},
        money={"$": ("dollar", "dollars"), "€": ("euro", "euros"), "£": ("livre", "livres")},
        short={"p. ex.": "par exemple", "p.ex.": "par exemple", "par ex.": "par exemple",
               "c.-à-d.": "c'est-à-dire",
               "etc.": "et cetera", "Dr": "docteur", "Dr.": "docteur", "Mme": "madame",
               "M.": "monsieur",
               "env.": "environ", "sec.": "secondes", "min.": "minutes", "et/ou": "et ou"},
        months="janvier février mars avril mai juin juillet août septembre octobre novembre "
        "décembre",
        first="1er",
        parts=("partie", "chapitre", "étape", "section", "niveau", "phase", "volume"),
        shouted="ET ICI IL LA LE LES NON OUI TOUT UN VOUS",
        one=("un", "une", "une"),
        feminine="seconde minute heure livre",
    ),
    "es": Wording(
        to="a",
        or_="o",
        of="de",
        link="un enlace",
        clock="{0} y {1}",
        oclock="{0} en punto",
        date="{0} de {1} de {2}",
        halves=("medio", "un cuarto", "tres cuartos", "un tercio", "dos tercios"),
        and_halves="{0} y medio",
        and_parts="{0} y {1}",
        after_noun=("y medio", "y media", r"(?<!dí)as$"),
        times="veces",
        per="por",
        spans="día semana mes año noche respiro",
        pages={"cap.": "capítulo", "p.": "página", "pág.": "página", "n.º": "número",
               "nº": "número", "n.°": "número"},
        signs={"~": "unos", ">": "más de", "<": "menos de", "k": "mil",
               "&": "y", "+": "más", "=": "igual a", "@": "arroba", "%": "por ciento",
               "×": "por", "°C": "grados Celsius", "°F": "grados Fahrenheit", "°": "grados",
               "№": "número", "#": "número", "-": "menos"},
        units={"s": ("segundo", "segundos"), "seg": ("segundo", "segundos"),
               "min": ("minuto", "minutos"), "h": ("hora", "horas"),
               "km": ("kilómetro", "kilómetros"), "m": ("metro", "metros"),
               "cm": ("centímetro", "centímetros"),
               "mm": ("milímetro", "milímetros"), "kg": ("kilogramo", "kilogramos"),
               "ml": ("mililitro", "mililitros"), "Hz": ("hercio", "hercios")},
        money={"$": ("dólar", "dólares"), "€": ("euro", "euros"), "£": ("libra", "libras")},
        short={"p. ej.": "por ejemplo", "p.ej.": "por ejemplo", "por ej.": "por ejemplo",
               "etc.": "etcétera",
               "Dr.": "doctor", "Dra.": "doctora", "Sr.": "señor", "Sra.": "señora",
               "aprox.": "aproximadamente", "seg.": "segundos", "min.": "minutos",
               "y/o": "y o"},
        months="enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
        "diciembre",
        parts=("siglo", "parte", "capítulo", "paso", "sección", "nivel", "etapa", "fase",
               "volumen"),
        shouted="AQUÍ DE EL EN ES LA LO NO SÍ TU UN YA",
        one=("un", "una", "una"),
        feminine="hora libra",
    ),
    "it": Wording(
        to="a",
        or_="o",
        of="su",
        link="un link",
        clock="{0} e {1}",
        oclock="{0} in punto",
        date="{0} {1} {2}",
        halves=("mezzo", "un quarto", "tre quarti", "un terzo", "due terzi"),
        and_halves="{0} e mezzo",
        and_parts="{0} e {1}",
        after_noun=("e mezzo", "e mezza", r"e$"),
        times="volte",
        per="al",
        spans="giorno mese respiro",
        pages={"cap.": "capitolo", "p.": "pagina", "pag.": "pagina", "n.": "numero",
               "n°": "numero", "nº": "numero"},
        signs={"~": "circa", ">": "più di", "<": "meno di", "k": "mila",
               "&": "e", "+": "più", "=": "uguale a", "@": "chiocciola", "%": "per cento",
               "×": "per", "°C": "gradi Celsius", "°F": "gradi Fahrenheit", "°": "gradi",
               "№": "numero", "#": "numero", "-": "meno"},
        units={"s": ("secondo", "secondi"), "sec": ("secondo", "secondi"),
               "min": ("minuto", "minuti"), "h": ("ora", "ore"),
               "km": ("chilometro", "chilometri"), "m": ("metro", "metri"),
               "cm": ("centimetro", "centimetri"),
               "mm": ("millimetro", "millimetri"), "kg": ("chilogrammo", "chilogrammi"),
               "ml": ("millilitro", "millilitri"), "Hz": ("hertz", "hertz")},
        money={"$": ("dollaro", "dollari"), "€": ("euro", "euro"), "£": ("sterlina", "sterline")},
        short={"ad es.": "ad esempio", "p. es.": "per esempio", "ecc.": "eccetera",
               "dott.": "dottor", "Dott.": "dottor", "sig.": "signor", "Sig.": "signor",
               "sig.ra": "signora", "Sig.ra": "signora",
               "ca.": "circa", "sec.": "secondi", "min.": "minuti", "e/o": "e o"},
        months="gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre "
        "novembre dicembre",
        first="primo",
        parts=("parte", "capitolo", "passo", "sezione", "livello", "fase", "volume"),
        shouted="CHE DI È IL IN LA NO ORA QUI SEI SÌ TU",
        one=("un", "una", "una"),
        feminine="ora sterlina",
    ),
}  # fmt: skip
"""By the general code of the language. Others leave signs to the voice."""
