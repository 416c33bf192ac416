"""Words that made-up contacts and addresses are put together from, by country."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Country:
    """People as (first name, surname, mail name), places as (city, postcode, region), streets, and how phones look."""

    people: tuple[tuple[str, str, str], ...]
    places: tuple[tuple[str, str, str], ...]
    streets: tuple[str, ...]
    titles: dict[str, str]
    phone: str
    mobile: str


_LITHUANIA = Country(
    people=(
        ("Jonas", "Kazlauskas", "jonas.kazlauskas"),
        ("Rūta", "Žilinskienė", "ruta.zilinskiene"),
        ("Mantas", "Šulcas", "mantas.sulcas"),
        ("Ingrida", "Čepaitė", "ingrida.cepaite"),
        ("Vytautas", "Bružas", "vytautas.bruzas"),
        ("Aistė", "Grigaitytė", "aiste.grigaityte"),
        ("Petras", "Mažeika", "petras.mazeika"),
        ("Lina", "Urbonavičienė", "lina.urbonaviciene"),
        ("Giedrius", "Ąžuolaitis", "giedrius.azuolaitis"),
        ("Živilė", "Norkutė", "zivile.norkute"),
    ),
    places=(
        ("Vilnius", "LT-01103", "Vilniaus apskritis"),
        ("Kaunas", "LT-44280", "Kauno apskritis"),
        ("Klaipėda", "LT-92228", "Klaipėdos apskritis"),
        ("Šiauliai", "LT-76298", "Šiaulių apskritis"),
        ("Panevėžys", "LT-35240", "Panevėžio apskritis"),
        ("Mažeikiai", "LT-89223", "Telšių apskritis"),
    ),
    streets=("Gedimino pr. {}", "Žalgirio g. {}", "Laisvės al. {}", "Pramonės g. {}", "Liepų g. {}", "Šilo g. {}"),
    titles={
        "director": "Direktorius",
        "accounting": "Buhalterija",
        "purchasing": "Pirkimų vadybininkas",
        "technical": "Darbų vadovas",
    },
    phone="+370 5 2## ####",
    mobile="8 6## #####",
)
_ESTONIA = Country(
    people=(
        ("Kristjan", "Kõiv", "kristjan.koiv"),
        ("Tiina", "Pärn", "tiina.parn"),
        ("Andres", "Oja", "andres.oja"),
        ("Külli", "Lõhmus", "kulli.lohmus"),
        ("Toomas", "Mänd", "toomas.mand"),
        ("Eha", "Raudsepp", "eha.raudsepp"),
    ),
    places=(
        ("Tallinn", "10111", "Harjumaa"),
        ("Tartu", "51007", "Tartumaa"),
        ("Pärnu", "80010", "Pärnumaa"),
        ("Võru", "65606", "Võrumaa"),
    ),
    streets=("Narva mnt {}", "Tööstuse {}", "Pärna {}", "Riia {}", "Õie tn {}"),
    titles={
        "director": "Juhataja",
        "accounting": "Raamatupidaja",
        "purchasing": "Ostujuht",
        "technical": "Objektijuht",
    },
    phone="+372 6## ####",
    mobile="5### ####",
)
_LATVIA = Country(
    people=(
        ("Pēteris", "Liepiņš", "peteris.liepins"),
        ("Baiba", "Šteinberga", "baiba.steinberga"),
        ("Edgars", "Zariņš", "edgars.zarins"),
        ("Dace", "Vītola", "dace.vitola"),
        ("Raimonds", "Ķirsis", "raimonds.kirsis"),
    ),
    places=(
        ("Rīga", "LV-1050", "Rīga"),
        ("Liepāja", "LV-3401", "Kurzeme"),
        ("Daugavpils", "LV-5401", "Latgale"),
        ("Cēsis", "LV-4101", "Vidzeme"),
    ),
    streets=("Brīvības iela {}", "Krasta iela {}", "Rūpniecības iela {}", "Ozolu iela {}"),
    titles={
        "director": "Valdes loceklis",
        "accounting": "Grāmatvede",
        "purchasing": "Iepirkumu vadītājs",
        "technical": "Būvdarbu vadītājs",
    },
    phone="+371 67## ####",
    mobile="2### ####",
)
_UKRAINE = Country(
    people=(
        ("Тарас", "Гриценко", "taras.hrytsenko"),
        ("Оксана", "Їжак", "oksana.yizhak"),
        ("Богдан", "Ковальчук", "bohdan.kovalchuk"),
        ("Соломія", "Юрченко", "solomiia.yurchenko"),
        ("Євген", "Щербак", "yevhen.shcherbak"),
    ),
    places=(
        ("Київ", "01001", "Київ"),
        ("Львів", "79000", "Львівська область"),
        ("Одеса", "65000", "Одеська область"),
        ("Дніпро", "49000", "Дніпропетровська область"),
    ),
    streets=("вул. Хрещатик, {}", "вул. Шевченка, {}", "просп. Свободи, {}", "вул. Заводська, {}"),
    titles={
        "director": "Директор",
        "accounting": "Головний бухгалтер",
        "purchasing": "Менеджер із закупівель",
        "technical": "Виконроб",
    },
    phone="+380 44 2## ## ##",
    mobile="067 ### ## ##",
)

COUNTRIES = {"LT": _LITHUANIA, "EE": _ESTONIA, "LV": _LATVIA, "UA": _UKRAINE}
ELSEWHERE = _LITHUANIA

NOTES = (
    "Prefers e-mail to phone.",
    "Decides about orders up to 5,000 euros alone.",
    "On site until three, then in the office.",
    "Speaks English and Russian.",
)
DELIVERY_NOTES = ("Entrance from the yard.", "Ring the upper bell.", "Lorries up to 12 t only.", "Gate closes at four.")
