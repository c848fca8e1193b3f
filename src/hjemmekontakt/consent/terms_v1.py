"""Version 1 of the terms of use, word for word as it was published; never edited, only followed by a new version."""

from uuid import UUID

SPACE = UUID("b0a3c9a2-2f0e-4a57-8c4e-0b1b7b9d0001")

NB = (
    """\
Her kan du skrive med hjemmetjenesten, se besøkene dine og avlyse dem.
Vi lagrer meldingene dine, besøkene dine og hvem som har lest om deg.
Bare ansatte som skal hjelpe deg, kan lese det. Du ser selv hvem som har lest.
Det du skriver, blir en del av journalen din hos kommunen, eller av saken din hvis du bare får praktisk hjelp.
Det er frivillig. Telefon og brev virker som før, og du mister ingen rettigheter om du sier nei.
Du kan slutte når du vil, under «Deling av helseopplysninger».""",
    """\
Hva tjenesten er
Hjemmekontakt er en trygg kanal mellom deg og hjemmetjenesten i kommunen din. Du kan sende og få meldinger, se avtaler om besøk, be om å avlyse eller endre dem, og få varsel på SMS eller e-post.

Når du kan bruke den
Når du har godtatt vilkårene, kobler vi deg til kommunen om natten. Du kan bruke tjenesten dagen etter. Vi sier fra når den er klar.

Svar på meldinger
Kommunen svarer senest første arbeidsdag etter at du sendte meldingen. Meldinger er ikke for det som haster. Fare for liv: ring 113. Legevakten: ring 116 117.

Hva vi lagrer
Vi lagrer navnet og fødselsnummeret ditt, meldingene, besøkene slik journalen har dem, hva du har valgt av varsler, fullmakter du gir eller får, og en logg over bruk. Fødselsnummeret ligger kryptert. Telefonnummer og e-post henter vi fra kontaktregisteret hver gang vi skal varsle deg.

Hvem som kan lese
Bare ansatte i den tjenesten som hjelper deg, kan lese det som gjelder deg. Hver gang noen leser, skrives det i loggen din. De du gir fullmakt, ser det fullmakten åpner for.

Varsler
Et varsel sier at noe har skjedd, aldri hva det gjelder. Vi sender aldri lenker på SMS.

Hvor lenge
Kommunen oppbevarer journalen etter loven. Loggen over bruk beholdes like lenge. Slutter du å bruke tjenesten, lukkes innsynet her med en gang.

Hvem som har ansvaret
Kommunen din er ansvarlig for opplysningene. Samtykket ditt er ikke grunnlaget for at kommunen behandler opplysninger om helsen din. Det er helselovene. Vilkårene gjelder bare bruken av denne kanalen.

Om vilkårene endres
Endrer vi vilkårene, ber vi deg lese og godta dem på nytt.""",
)

NN = (
    """\
Her kan du skrive med heimetenesta, sjå besøka dine og avlyse dei.
Vi lagrar meldingane dine, besøka dine og kven som har lese om deg.
Berre tilsette som skal hjelpe deg, kan lese det. Du ser sjølv kven som har lese.
Det du skriv, blir ein del av journalen din hos kommunen, eller av saka di om du berre får praktisk hjelp.
Det er frivillig. Telefon og brev verkar som før, og du mistar ingen rettar om du seier nei.
Du kan slutte når du vil, under «Deling av helseopplysningar».""",
    """\
Kva tenesta er
Hjemmekontakt er ein trygg kanal mellom deg og heimetenesta i kommunen din. Du kan sende og få meldingar, sjå avtalar om besøk, be om å avlyse eller endre dei, og få varsel på SMS eller e-post.

Når du kan bruke henne
Når du har godteke vilkåra, koplar vi deg til kommunen om natta. Du kan bruke tenesta dagen etter. Vi seier frå når ho er klar.

Svar på meldingar
Kommunen svarer seinast første arbeidsdag etter at du sende meldinga. Meldingar er ikkje for det som hastar. Fare for liv: ring 113. Legevakta: ring 116 117.

Kva vi lagrar
Vi lagrar namnet og fødselsnummeret ditt, meldingane, besøka slik journalen har dei, kva du har valt av varsel, fullmakter du gir eller får, og ein logg over bruk. Fødselsnummeret ligg kryptert. Telefonnummer og e-post hentar vi frå kontaktregisteret kvar gong vi skal varsle deg.

Kven som kan lese
Berre tilsette i den tenesta som hjelper deg, kan lese det som gjeld deg. Kvar gong nokon les, blir det skrive i loggen din. Dei du gir fullmakt, ser det fullmakta opnar for.

Varsel
Eit varsel seier at noko har hendt, aldri kva det gjeld. Vi sender aldri lenkjer på SMS.

Kor lenge
Kommunen tek vare på journalen etter lova. Loggen over bruk blir teken vare på like lenge. Sluttar du å bruke tenesta, blir innsynet her lukka med ein gong.

Kven som har ansvaret
Kommunen din er ansvarleg for opplysningane. Samtykket ditt er ikkje grunnlaget for at kommunen behandlar opplysningar om helsa di. Det er helselovene. Vilkåra gjeld berre bruken av denne kanalen.

Om vilkåra blir endra
Endrar vi vilkåra, ber vi deg lese og godta dei på nytt.""",
)

EN = (
    """\
Here you can write with the home care service, see your visits and cancel them.
We store your messages, your visits and who has read about you.
Only staff who are to help you can read it. You can see who has read.
What you write becomes part of your record with the municipality, or of your case if you only receive practical help.
It is voluntary. Phone and letters work as before, and you lose no rights if you say no.
You can stop whenever you want, under “Sharing of health information”.""",
    """\
What the service is
Hjemmekontakt is a safe channel between you and the home care service of your municipality. You can send and receive messages, see agreements about visits, ask to cancel or change them, and be told by SMS or e-mail.

When you can use it
When you have accepted the terms, we connect you to the municipality during the night. You can use the service the next day. We tell you when it is ready.

Answers
The municipality answers no later than the first working day after you sent the message. Messages are not for what is urgent. Danger to life: call 113. Out-of-hours doctor: call 116 117.

What we store
We store your name and national identity number, your messages, your visits as the record has them, your choice of notifications, powers of attorney that you give or receive, and a log of use. The identity number is encrypted. Your phone number and e-mail address are fetched from the contact register each time we notify you.

Who can read
Only staff of the service that helps you can read what concerns you. Each time somebody reads, it is written in your log. Those to whom you give a power of attorney see what it opens.

Notifications
A notification says that something has happened, never what it is about. We never send links by SMS.

How long
The municipality keeps the record as the law requires. The log of use is kept as long. If you stop using the service, access here closes at once.

Who is responsible
Your municipality is responsible for the information. Your consent is not the legal basis for processing information about your health; the health acts are. These terms concern the use of this channel only.

If the terms change
If we change the terms, we ask you to read and accept them again.""",
)

TEXTS = {"nb": NB, "nn": NN, "en": EN}
