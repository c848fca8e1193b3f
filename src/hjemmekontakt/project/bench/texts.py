"""Texts that look Norwegian: from a word list, the common words often and the rare ones seldom, the same every time."""

import random
from collections.abc import Iterator
from itertools import accumulate

COMMON = """og i det er på som en å til av for jeg at med har de ikke den han vi hun om et men så fra kan dere når hva skal meg
var etter eller nå ble seg ut opp sin blir også noe får mer ha noen hos da bare mye går må dag andre være vil kommer tid
hjem alle dette uten før tre godt hver under flere enn siden to selv bra mot lang gang igjen litt hele ned nok denne
ville få mellom første vet kunne helt mor far tar gi ta ser fikk vært ja nei takk hei hilsen hjelp spørsmål svar vennlig
gjerne besøk klokka morgen kveld formiddag ettermiddag i-dag uke mandag tirsdag onsdag torsdag fredag lørdag søndag"""

ORDINARY = """medisin medisiner tabletter dosett resept apotek lege legen fastlege sykepleier hjemmehjelp hjemmesykepleie
vakt avtale time timen besøket nøkkel nøkkelboks døra dør trapp heis naboen leilighet bad dusj dusje frokost middag mat
kost drikke væske kaffe sår bandasje skifte plaster stell morgenstell kveldsstell støttestrømper strømper sko klær vask
vaske rengjøring støvsuge sengetøy handle butikk penger post telefon ringe ringte svare melde beskjed endre endring avlyse
avbestille flytte tidligere senere tidspunkt ferie reise reiser sykehus sykehuset innlagt utskrevet hjemme borte datter
sønn barn familie pårørende mann kone søster bror venn besøker hunden katten gå rullator rullestol stokk krykker fall
falt vondt smerter smerte kvalm svimmel sliten trøtt sove søvn urolig glemt glemte husker mistet trenger ønsker lurer
håper håpe mulig vanskelig enkelt bedre verre lenge snart straks vente ventet kom kommet komme dro gikk sagt sier snakket
snakke møte møtet legekontor prøve blodprøve blodtrykk måle måling blodsukker insulin sprøyte øyedråper øredråper salve
krem hud tørr klø hevelse hoven ben beina arm hånd hender hode mage rygg hjerte pust puste astma inhalator oksygen
kateter stomi avføring urin bleier utstyr bestille bestilt levert levere mangler tom full ny nye gammel riktig feil
vedtak tjeneste tjenesten kommune kommunen enhet ansatt ansatte leder teamleder kontor kontoret dagsenter aktivitet
turgruppe trening fysioterapeut ergoterapeut hjelpemiddel hjelpemidler trygghetsalarm alarm batteri lader virker sluttet
fungerer reparere bytte låne levering søknad søke klage skjema papir brev oversikt plan kalender faste fast ekstra fri
helg helligdag jul påske sommer vinter snø is måking strø gangvei bil parkering inngang ringeklokke kode port etasje"""

RARE = """warfarin metoprolol simvastatin furosemid paracetamol oksykodon levaxin marevan albyl burinex selo-zok zopiklon
nystatin fucidin klorhexidin lactulose movicol kalktabletter jernmikstur fiskeolje hudpleier logoped audiograf tannlege
ortopedisk protese skinne korsett gips brannsår liggesår hudflenger rosen helvetesild gikt isjias lungebetennelse
blærekatarr dehydrert forstoppelse grønn grå stær makula høreapparat ørevoks tinnitus svimmelhetsanfall kristallsyke
epilepsi parkinson demenskoordinator hukommelsesteam palliativ kreftsykepleier sondemat stomipose hjemmedialyse
tracheostomi hostemaskin slimsuger personløfter takheis glideplate dusjstol toalettforhøyer krakk hoftebelte varmeflaske
nattlampe komfyrvakt røykvarsler brannteppe fallsensor døralarm medisindispenser posttjeneste følgetjeneste ledsagerbevis
parkeringsbevis taxikort flyttebil oppussing flom strømbrudd vannlekkasje avløp rørlegger vaktmester borettslag dugnad
hagearbeid plenklipping snøfreser ved vedovn parafin fyring panelovn undulat akvarium kanarifugl burhøns honning syltetøy
rabarbra brunost lefse rømmegrøt lutefisk kransekake bunad strikkegenser ullsokker lesebriller forstørrelsesglass lydbok
kryssord radioavis gudstjeneste diakon begravelse minnestund gravsted testamente vergemål arveoppgjør regnskap selvangivelse"""

FIRST_PARTS = """medisin natt dag kveld morgen helge sommer vinter dusj bade kjøkken trappe dør hage post apotek lege sår hud fot
hånd rygg hofte kne øye øre syke pleie hjelpe trygghets fall brann strøm vann varme mat frokost middags kaffe hunde katte bil
buss taxi familie nabo fritids trenings tur dans sang musikk bok avis telefon data nett skjerm alarm nøkkel kode lås"""
LAST_PARTS = """skap kasse pose liste plan time vakt besøk tid rom stol seng bord lampe bryter rute kort bevis avtale skjema
tjeneste tilbud gruppe leder hjelp stell krem salve pute teppe matte støtte rekkverk håndtak bøtte klut vask tørk krok
hylle boks veske sekk kurv vogn lader kabel knapp melding varsel service kurs samling fest"""
OFTEN = "hjelp besøk klokka morgen kommer svar"
COMPOUNDS_AMONG_RARE = 1500
WORDS_IN_A_SENTENCE = (5, 14)
SENTENCES_IN_A_TEXT = (1, 5)
SENTENCES = 20_000
SUBJECTS = 400

GIVEN = """Anne Inger Kari Marit Ingrid Liv Eva Anna Astrid Bjørg Hilde Solveig Randi Berit Gerd Åse Turid Else Ragnhild Sigrid
Jan Per Bjørn Ole Lars Kjell Knut Svein Arne Hans Odd Tor Geir Terje Leif Einar Øystein Harald Rolf Åge"""
FAMILY = """Hansen Johansen Olsen Larsen Andersen Pedersen Nilsen Kristiansen Jensen Karlsen Johnsen Pettersen Eriksen Berg
Haugen Hagen Johannessen Andreassen Jacobsen Dahl Jørgensen Halvorsen Henriksen Lund Sørensen Jakobsen Moen Gundersen
Iversen Strand Solberg Svendsen Eide Knutsen Martinsen Paulsen Bakken Kristoffersen Mathisen Lie Aas Ødegård"""


def searched_for() -> list[str]:
    """Words that somebody might look for: most of them rare or middling, a few that stand in every tenth message."""
    words = [*ORDINARY.split()[::7], *RARE.split()[::5], *OFTEN.split()]
    return [word for word in words if word.isalnum() and len(word) > 2]


def texts(count: int) -> Iterator[str]:
    """So many message texts."""
    chance = random.Random(1)  # noqa: S311 - nothing secret
    sentences = _sentences(chance)
    fewest, most = SENTENCES_IN_A_TEXT
    for _ in range(count):
        yield " ".join(chance.choices(sentences, k=chance.randint(fewest, most)))


def subjects() -> list[str]:
    """What messages are about: two or three words."""
    chance = random.Random(2)  # noqa: S311
    words = [word for word in ORDINARY.split() if len(word) > 3]
    return [" ".join(chance.sample(words, chance.randint(2, 3))).capitalize()[:50] for _ in range(SUBJECTS)]


def _sentences(chance: random.Random) -> list[str]:
    words = _words(chance)
    # The n-th word comes n times as seldom as the first, as in any language.
    weights = list(accumulate(1 / (place + 3) for place in range(len(words))))
    shortest, longest = WORDS_IN_A_SENTENCE
    made = []
    for _ in range(SENTENCES):
        picked = chance.choices(words, cum_weights=weights, k=chance.randint(shortest, longest))
        made.append(f"{' '.join(picked).capitalize()}{chance.choice('.....?!')}")
    return made


def _words(chance: random.Random) -> list[str]:
    compounds = [first + last for first in FIRST_PARTS.split() for last in LAST_PARTS.split()]
    seldom = [*RARE.split(), *chance.sample(compounds, COMPOUNDS_AMONG_RARE)]
    chance.shuffle(seldom)
    return [*COMMON.split(), *ORDINARY.split(), *seldom]
