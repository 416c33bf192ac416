"""Words that made-up companies and people are put together from, by country."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Country:
    """What a country's companies and people are called, and where they can be reached.

    ``company`` puts a legal form and a name together; ``mobile`` and ``phone`` are patterns in which each # is a digit;
    ``share`` is how many of a hundred clients live there.
    """

    code: str
    share: int
    forms: tuple[str, ...]
    company: str
    stems: tuple[str, ...]
    lines: tuple[str, ...]
    women: tuple[tuple[str, str], ...]
    men: tuple[tuple[str, str], ...]
    phone: str
    mobile: str
    domain: str


LITHUANIA = Country(
    code="LT",
    share=50,
    forms=("UAB", "UAB", "UAB", "UAB", "MB", "MB", "AB", "VšĮ", "IĮ"),
    company="{form} „{name}“",
    stems=(
        "Žuvėdra",
        "Ąžuolas",
        "Šiaurė",
        "Pušynas",
        "Gintaras",
        "Beržas",
        "Vėtrungė",
        "Kranto",
        "Dainava",
        "Aušra",
        "Rėda",
        "Skalva",
        "Nendrė",
        "Žaibas",
        "Saulėtekis",
        "Vilnelė",
        "Ūla",
        "Merkys",
        "Šaltinis",
        "Giria",
        "Naujasis",
        "Rytmetis",
        "Klevas",
        "Liepa",
        "Audra",
        "Vaivorykštė",
        "Bitė",
        "Kalva",
        "Eglė",
        "Ežeras",
    ),
    lines=("statyba", "namai", "baldai", "langai", "projektai", "prekyba", "servisas", "mediena", "technika", ""),
    women=(
        ("Ona", "Kazlauskienė"),
        ("Rasa", "Petrauskienė"),
        ("Jūratė", "Žukauskaitė"),
        ("Eglė", "Stankevičienė"),
        ("Daiva", "Jankauskienė"),
        ("Vaida", "Butkutė"),
        ("Gintarė", "Vasiliauskaitė"),
        ("Aušra", "Šimkienė"),
    ),
    men=(
        ("Jonas", "Kazlauskas"),
        ("Tomas", "Petrauskas"),
        ("Mindaugas", "Žukauskas"),
        ("Darius", "Stankevičius"),
        ("Andrius", "Jankauskas"),
        ("Šarūnas", "Butkus"),
        ("Linas", "Vasiliauskas"),
        ("Rimantas", "Šimkus"),
    ),
    phone="+370 5 2## ####",
    mobile="+370 6## #####",
    domain="lt",
)
ESTONIA = Country(
    code="EE",
    share=20,
    forms=("OÜ", "OÜ", "OÜ", "AS", "MTÜ"),
    company="{name} {form}",
    stems=(
        "Põhjatäht",
        "Kadakas",
        "Meretuul",
        "Õunapuu",
        "Tammik",
        "Jõe",
        "Künka",
        "Männi",
        "Rõõm",
        "Südalinn",
        "Lõuna",
        "Hõbe",
        "Saare",
        "Kivi",
        "Metsa",
        "Värv",
        "Pääsuke",
        "Öö",
        "Uus Maja",
        "Rändur",
    ),
    lines=("Ehitus", "Kodu", "Aknad", "Mööbel", "Projekt", "Kaubandus", "Puit", ""),
    women=(
        ("Mari", "Tamm"),
        ("Kadri", "Sepp"),
        ("Liis", "Mägi"),
        ("Õie", "Kask"),
        ("Piret", "Põder"),
        ("Ülle", "Rebane"),
    ),
    men=(
        ("Jaan", "Tamm"),
        ("Margus", "Sepp"),
        ("Tõnu", "Mägi"),
        ("Rein", "Kask"),
        ("Jüri", "Põder"),
        ("Ülo", "Rebane"),
    ),
    phone="+372 6## ####",
    mobile="+372 5### ####",
    domain="ee",
)
LATVIA = Country(
    code="LV",
    share=15,
    forms=("SIA", "SIA", "SIA", "AS"),
    company='{form} "{name}"',
    stems=(
        "Ziemeļvējš",
        "Dzintars",
        "Ozols",
        "Bērzs",
        "Jūras Krasts",
        "Rīta Rasa",
        "Gaiļezers",
        "Šalkas",
        "Līgo",
        "Ķīšezers",
        "Ābele",
        "Vētra",
        "Mežs",
        "Krasts",
    ),
    lines=("Būve", "Nams", "Logi", "Projekts", "Serviss", "Koks", ""),
    women=(("Līga", "Bērziņa"), ("Inese", "Kalniņa"), ("Ilze", "Ozoliņa"), ("Zane", "Krūmiņa")),
    men=(("Jānis", "Bērziņš"), ("Andris", "Kalniņš"), ("Mārtiņš", "Ozoliņš"), ("Kārlis", "Krūmiņš")),
    phone="+371 67## ####",
    mobile="+371 2### ####",
    domain="lv",
)
UKRAINE = Country(
    code="UA",
    share=15,
    forms=("ТОВ", "ТОВ", "ТОВ", "ПП", "ПрАТ"),
    company="{form} «{name}»",
    stems=(
        "Ялинка",
        "Їжак",
        "Світанок",
        "Дніпровські Пороги",
        "Калина",
        "Карпати",
        "Ґанок",
        "Зоря",
        "Вікна Києва",
        "Смерека",
        "Явір",
        "Поділля",
        "Хмільник",
        "Джерело",
    ),
    lines=("Буд", "Дім", "Проект", "Сервіс", "Торг", "Комфорт", ""),
    women=(("Оксана", "Шевченко"), ("Наталія", "Коваленко"), ("Ірина", "Бондаренко"), ("Юлія", "Їжакевич")),
    men=(("Андрій", "Шевченко"), ("Сергій", "Коваленко"), ("Олексій", "Бондаренко"), ("Юрій", "Їжакевич")),
    phone="+380 44 2## ## ##",
    mobile="+380 67 ### ## ##",
    domain="ua",
)

COUNTRIES = (LITHUANIA, ESTONIA, LATVIA, UKRAINE)

ACTIVITIES = (
    "Construction of dwellings",
    "Architecture and design",
    "Renovation of flats",
    "Property management",
    "Hotels",
    "Furniture",
    "Retail of building materials",
    "Schools and kindergartens",
    "Farming",
    "Timber houses",
)
"""What the clients of a maker of windows do."""

NOTES = (
    "Call before ten, later she is on site.",
    "Pays on time, likes to be told a day ahead.",
    "Asks for triple glazing in every offer.",
    "Delivery only with a lift truck: the yard is narrow.",
    "Wants invoices by e-mail to accounting, never on paper.",
    "Compares us with two others; decides by the date, not by the price.",
    "If you can't reach the director, call the site manager.",
    "Frames in anthracite grey, always the same supplier of sills.",
)
"""Remarks of the kind that salespeople leave (CL-05)."""
