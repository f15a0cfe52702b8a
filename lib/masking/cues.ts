import { buildAutomaton, ROW } from './automaton'

/**
 * What a text must show before a detector is run over it. Right to err on the side of yes: a cue costs a closer look, a
 * missing one costs a leak.
 */
export const Cue = {
  digits: 1 << 0,
  at: 1 << 1,
  capitals: 1 << 2,
  ipAddress: 1 << 3,
  macAddress: 1 << 4,
  apiKey: 1 << 5,
  jwt: 1 << 6,
  privateKey: 1 << 7,
  connection: 1 << 8,
  secretWord: 1 << 9,
  birthWord: 1 << 10,
  passportWord: 1 << 11,
  taxWord: 1 << 12,
  nameWord: 1 << 13,
  addressWord: 1 << 14,
  /** Many digits, or some and capitals: counted, as `digits` and `capitals` are. */
  personalId: 1 << 15,
  base64: 1 << 16,
  /** Escapes that `withoutDisguises` reads. */
  spelling: 1 << 17,
} as const

/** Cues that a key gives to the values under it. */
export const WORD_CUES =
  Cue.secretWord | Cue.birthWord | Cue.passportWord | Cue.taxWord | Cue.nameWord | Cue.addressWord

/** No number that is looked for has fewer digits. */
export const MIN_DIGITS = 7

const PATTERNS: Record<number, string> = {
  [Cue.at]: '@',
  // 1.2.3 to 111.222.333; from four groups with colons on it may be IPv6, and so may two with an empty one between them.
  [Cue.ipAddress]: '.\\d.\\d .\\d\\d.\\d .\\d\\d\\d.\\d :\\h: :\\h\\h: :\\h\\h\\h: :\\h\\h\\h\\h: ::',
  [Cue.macAddress]: ':\\h\\h: -\\h\\h- .\\h\\h\\h\\h.',
  [Cue.apiKey]:
    'akia\\w\\w\\w asia\\w\\w\\w abia\\w\\w\\w acca\\w\\w\\w ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- gldt- glrt- glcbt- glptt- ' +
    'glft- glsoat- xoxb- xoxp- xoxa- xoxr- xoxs- xoxe- xoxe. xapp- hooks.slack.com sk_live_ sk_test_ rk_live_ rk_test_ whsec_ aiza ' +
    'gocspx- ya29. \\_sk-\\w \\_sk\\h\\h\\h\\h \\_ac\\h\\h\\h\\h \\_sg.\\w npm_ pypi-ageichlwas accountkey sharedaccess sig= ' +
    'dop_v1_ doo_v1_ dor_v1_ \\_hf_ shpat_ shpca_ shppa_ shpss_ csk_ csp_ csa_ \\d:aa lin_api_ ntn_ \\_key-\\h\\h\\h sq0atp- ' +
    'sq0csp- \\_dp.pt. \\_dp.st. \\_pul-\\h hvs. hvb. figd_ glsa_ rubygems_ dckr_pat_ nrak- nrii- ops_ey age-secret-key- tskey- ' +
    'sbp_ phc_ phx_ \\_r8_ gsk_ pplx- xai-',
  [Cue.jwt]: 'eyj',
  [Cue.privateKey]: '-----begin putty-user-key',
  [Cue.connection]: ':// pwd password= password\\_=',
  [Cue.secretWord]:
    'passw passphrase passcode pass\\_phrase pass\\_code pwd secret token api_key apikey api-key api\\_key access\\_key accesskey ' +
    'private\\_key privatekey credential authorization bearer\\_ \\_basic\\_ auth\\_key authkey signing\\_key signingkey ' +
    'encryption\\_key encryptionkey contrase\\_a kennwort senha mot\\_de\\_passe \\_psk session\\_key sessionkey master\\_key ' +
    'masterkey license\\_key licensekey webhook\\_key webhookkey account\\_key accountkey client\\_key clientkey',
  [Cue.birthWord]:
    'birth \\_born\\_ \\_dob dob\\_ d.o.b geboren geburt nacimiento nacido nacida naissance nascita nascimento geboorte ' +
    '\\_n\\_\\_le\\_ \\_n\\_e\\_le\\_ \\_nee\\_le\\_ bdate bday b\\_date b\\_day',
  [Cue.passportWord]:
    'passport pasport passeport reisepass pasaporte passaport paspoort travel\\_doc traveldoc pass-nr passnr',
  [Cue.taxWord]:
    '\\_tax taxid taxnum taxno taxpayer tin\\_ \\_tin \\_ein\\_ \\_fein\\_ ein\\_ employer\\_id employerid utr\\_ steuer nif\\_ ' +
    '\\_nie\\_ dni\\_ codice\\_fiscale codicefiscale digo\\_fiscal ro\\_fiscal nino\\_ national\\_ins nationalins national\\_id ' +
    'nationalid \\_ni\\_number \\_pan\\_ pan_ pannum aadhaar aadhar uidai cpf bsn\\_ burgerservice insee\\_ \\_nir\\_ ' +
    'personnummer henkil hetu\\_ pesel nric \\_fin\\_ rrn\\_ tckn kimlik my\\_number mynumber \\_sin\\_ social\\_insurance ' +
    'socialinsurance tfn\\_ curp\\_ \\_rfc\\_ ahv\\_ \\_avs\\_ \\_pps\\_ id\\_number idnumber personal\\_id personalid \\_nin\\_ ' +
    '\\_nid\\_',
  [Cue.nameWord]:
    'first\\_name firstname last\\_name lastname full\\_name fullname given\\_name givenname family\\_name familyname surname ' +
    'forename middle\\_name middlename maiden legal\\_name legalname customer\\_name customername patient\\_name patientname ' +
    'employee\\_name employeename contact\\_name contactname owner\\_name ownername holder\\_name holdername recipient\\_name ' +
    'recipientname sender\\_name sendername beneficiary\\_name beneficiaryname guest\\_name guestname passenger\\_name ' +
    'passengername cardholder card\\_holder accountholder account\\_holder vorname nachname prenom pr\\_nom apellido cognome ' +
    '\\_mr\\_ \\_mrs\\_ \\_ms\\_ \\_mme\\_ \\_mlle\\_ \\_miss\\_ \\_dr. \\_prof. professor \\_herr\\_ \\_frau\\_ \\_monsieur\\_ ' +
    '\\_madame\\_ \\_se\\_or \\_sr\\_ \\_sra\\_ \\_sir\\_ \\_dame\\_ name\\_is name\\_s\\_ name: name? s\\_name call\\_me ' +
    'call\\_him call\\_her called\\_ calls\\_ named\\_ dear\\_ sincerely regards signed\\_by attn customer: patient: employee: ' +
    'contact: recipient:',
  [Cue.addressWord]:
    'street \\_st\\_ \\_ave\\_ avenue \\_road \\_rd\\_ \\_lane\\_ \\_ln\\_ \\_drive\\_ \\_dr\\_ boulevard \\_blvd \\_court\\_ \\_ct\\_ ' +
    '\\_place\\_ \\_pl\\_ \\_square\\_ \\_sq\\_ \\_terrace \\_ter\\_ \\_way\\_ highway \\_hwy parkway \\_pkwy \\_circle\\_ \\_cir\\_ ' +
    'crescent \\_cres\\_ \\_close\\_ \\_row\\_ \\_walk\\_ \\_gardens \\_mews\\_ \\_trail\\_ \\_alley\\_ strasse stra\\_e str. gasse ' +
    'platz allee weg\\_ ufer\\_ straat laan\\_ gracht\\_ plein\\_ gatan\\_ vej\\_ veien\\_ \\_rue\\_ \\_chemin\\_ \\_impasse\\_ ' +
    '\\_quai\\_ \\_all\\_e\\_ \\_via\\_ viale\\_ piazza corso\\_ \\_calle\\_ avenida paseo plaza \\_rua\\_ pra\\_a\\_ largo\\_ ' +
    'address addr\\_ \\_addr anschrift adresse direcci indirizzo endere o\\_box o.\\_box \\_zip zip\\_ zipcode postal postcode ' +
    'post\\_code \\_plz plz\\_ postleitzahl \\_cap\\_',
  [Cue.base64]: ';base64,',
  [Cue.spelling]: '%2\\h %3\\h %4\\h %5\\h %6\\h %7\\h &#',
}

const AUTOMATON = buildAutomaton(
  Object.entries(PATTERNS).flatMap(([mark, words]) =>
    words.split(' ').map((word) => [word.replace(/[^\0-\x7f]/g, '\\_'), Number(mark)] as const),
  ),
)
export const { columns: COLUMNS, next: NEXT, marks: MARKS, start: START } = AUTOMATON
export { ROW }
