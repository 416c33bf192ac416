"""First names that are one: short and full forms, and the same name in the languages of the region."""

from __future__ import annotations

from collections import defaultdict

from kartoteka.builtin.clients.pairs.sounds import sound

_GROUPS = """
aleksandr alexander alex aleks sasha aleksandras oleksandr sandy alejandro
aleksei alexey aleksey oleksii oleksiy aliaksei alexei aleksejus
anastasia anastasiia nastia anastasija
andrei andrey andrii andriy andrius andrew andreas andy drew andre andres
ann anna anya hanna ganna ona annie anne
anthony tony antonio anton antanas
arturas artur arthur art
barbara barb babs
benjamin ben benny
bohdan bogdan
catherine katherine kate kathy katie cathy kathryn jekaterina ekaterina kateryna katerina katia kotryna
charles charlie chuck carl karl carlos
christopher chris kristupas
daniel dan danny danielius danylo danil
david dave davide dovydas davyd
deborah debbie deb
dmitry dmitrii dmytro dmitri dima dmitrij
donald don donnie
edward ed eddie ted eduard edvardas
elena olena helen helena jelena olenka lena
elizabeth liz beth lisa betty eliza yelizaveta elzbieta
eugene evgenii evgeny yevhen ievgen evgenij yevgeny gene
francis frank francisco
frederick fred freddy frederik fredrik
george jurgis georgii heorhii yurii yuri iurii jurij yuriy georg jorge juris
gregory greg hryhorii grigorii grigory
henry harry hank enrique henri
igor ihor igoris
ivan john jonas juan johan johann jan jack johnny johnnie jon ivanas jean giovanni
jacob jake jokubas yakiv iakov
james jim jimmy jamie
jennifer jen jenny
joseph joe joey juozas josef jose yosyp iosif giuseppe
katarzyna kasia
konstantin kostiantyn kostas
lawrence larry laurence
louis lou luis louie
margaret maggie meg peggy greta
maria marija mariia mary marie marija masha
mark markus marek marco marcos marcus
martin martynas martynas
matthew matt matas matvii matvey mateusz
michael mike mick mykhailo mikhail michal mykolas miguel misha mihails
mykola nikolai nikolay nicholas nick nico mikalojus nikolajus kolia nikita
natalia nataliia natalya natalija natasha
nadezhda nadiia nadia
oleg oleh olegas
olga olha
patrick pat paddy patricia
paul pavel pavlo povilas pablo paulius paolo
peter petro petr piotr petras pedro pete pyotr pjotr
philip phil philippe pylyp filip
richard rick dick rich ricardo ryszard
robert bob rob bobby robertas roberto
roman romas
ronald ron ronnie
samuel sam sammy samantha
sergey serhii sergei sergii serhiy sergejus sergio serge sergejs
stanislav stas stanislovas stanislaw
stephen steven steve stepan steponas stefan
susan sue suzanne
svetlana svitlana
tatiana tetiana tatjana tania tetyana
theodore theo fedor fedir teodor
thomas tom tommy tomas tomasz
timothy tim timofei tymofii
victoria viktoriia vicky viktorija viktoria
victor viktor viktoras vic
vladimir volodymyr vladimiras wladimir vova vladymyr
vasyl vasily vasilii vasilij
viacheslav vyacheslav viaceslav slava
walter walt
william bill will billy willie liam wilhelm guillermo
yulia iuliia julia julija yuliya
zachary zach zack
"""


def _grouped() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for number, line in enumerate(_GROUPS.strip().splitlines()):
        for name in line.split():
            found[sound(name)].add(number)
    return {name: frozenset(groups) for name, groups in found.items()}


_known = _grouped()


def same_first_name(one: str, other: str) -> bool:
    """Tell whether two words are forms of one first name."""
    return bool(_known.get(sound(one), frozenset()) & _known.get(sound(other), frozenset()))
