import { describe, expect, test } from 'vitest'
import { MaskType } from '@/lib/domain'
import { findSensitive } from '@/lib/masking/find'

const EVERY: readonly MaskType[] = MaskType.options
const found = (text: string, types = EVERY) =>
  findSensitive(text, types).map(({ start, end, type }) => `${type}:${text.slice(start, end)}`)

describe('what is sensitive is found, exactly', () => {
  test.each<[MaskType, string, string[]]>([
    ['EMAIL', 'write to jane.doe+crm@mail.acme.test, please', ['jane.doe+crm@mail.acme.test']],
    ['EMAIL', 'a@b.co', ['a@b.co']],
    ['EMAIL', '<jane@acme.test>;"bob@acme.test".', ['jane@acme.test', 'bob@acme.test']],
    ['EMAIL', "'jane@acme.test'", ['jane@acme.test']],
    ['EMAIL', 'mailto:jane@acme.test?subject=x', ['jane@acme.test']],
    ['EMAIL', 'user=jane@acme.test&x=1', ['jane@acme.test']],
    ['EMAIL', 'https://x.test/?q=jane%40acme.test', ['jane%40acme.test']],
    ['EMAIL', 'jane&#64;acme.test', ['jane&#64;acme.test']],
    ['EMAIL', 'jane@acme.test.', ['jane@acme.test']],
    ['EMAIL', 'jane@acme.test-2', ['jane@acme.test']],
    ['EMAIL', 'jane@acme.test_backup', ['jane@acme.test']],
    ['EMAIL', 'a@xn--d1acufc.xn--p1ai', ['a@xn--d1acufc.xn--p1ai']],
    ['EMAIL', 'имя@пример.рф und müller@bücher.example', ['имя@пример.рф', 'müller@bücher.example']],
    ['EMAIL', '"jane doe"@acme.test', ['"jane doe"@acme.test']],
    ['EMAIL', 'jane＠acme.test', ['jane＠acme.test']],
    ['EMAIL', 'jane\u200b@ac\u00adme.test', ['jane\u200b@ac\u00adme.test']],
    ['EMAIL', 'a@b.test@c.test', ['a@b.test']],
    ['EMAIL', 'cut off: "mail":"x\\njane@acme.test', ['jane@acme.test']],
    ['EMAIL', 'cut off: "mail":"jane\\u0040acme.test', ['jane\\u0040acme.test']],
    ['PHONE', 'call (415) 555-0132 now', ['(415) 555-0132']],
    ['PHONE', '(415)555-0132', ['(415)555-0132']],
    ['PHONE', '415-555-0132, 415.555.0132, 415 555 0132', ['415-555-0132', '415.555.0132', '415 555 0132']],
    ['PHONE', '1-415-555-0132 and +1 (415) 555-0132', ['1-415-555-0132', '+1 (415) 555-0132']],
    ['PHONE', '+14155550132', ['+14155550132']],
    ['PHONE', 'tel:+44-20-7946-0018', ['+44-20-7946-0018']],
    ['PHONE', '+44 (0)20 7946 0018', ['+44 (0)20 7946 0018']],
    [
      'PHONE',
      '+55 11 98456 5666; +49 30 1234567; +33 1 42 68 53 00',
      ['+55 11 98456 5666', '+49 30 1234567', '+33 1 42 68 53 00'],
    ],
    ['PHONE', '+44 20 7946 0018 2026 units', ['+44 20 7946 0018']],
    ['PHONE', '0044 20 7946 0018', ['0044 20 7946 0018']],
    ['PHONE', '020 7946 0018, (07) 5331 0577, 090-1234-5678', ['020 7946 0018', '(07) 5331 0577', '090-1234-5678']],
    ['PHONE', '01.42.68.53.00', ['01.42.68.53.00']],
    ['PHONE', 'Phone: 4155550132', ['4155550132']],
    ['PHONE', 'mobile_no=13812345678', ['13812345678']],
    ['PHONE', 'Desk phone 986.291.2294x751', ['986.291.2294x751']],
    ['PHONE', '４１５-５５５-０１３２', ['４１５-５５５-０１３２']],
    [
      'PHONE',
      '415\u2011555\u20110132 and 415\u00a0555\u00a00132',
      ['415\u2011555\u20110132', '415\u00a0555\u00a00132'],
    ],
    ['SSN', 'SSN 536-90-4399.', ['536-90-4399']],
    ['SSN', 'abc 536 90 4399 abc', ['536 90 4399']],
    ['SSN', '536.90.4399', ['536.90.4399']],
    ['SSN', 'his ssn is 536904399', ['536904399']],
    ['SSN', 'Social Security Number: 536904399', ['536904399']],
    ['SSN', '5\u200b36-90-4399', ['5\u200b36-90-4399']],
    [
      'CREDIT_CARD',
      '4012888888881881 4012-8888-8888-1881 4012 8888 8888 1881',
      ['4012888888881881', '4012-8888-8888-1881', '4012 8888 8888 1881'],
    ],
    ['CREDIT_CARD', '371449635398431, 3714 496353 98431', ['371449635398431', '3714 496353 98431']],
    [
      'CREDIT_CARD',
      '5555555555554444 6011000400000000 3528000700000000',
      ['5555555555554444', '6011000400000000', '3528000700000000'],
    ],
    [
      'CREDIT_CARD',
      '30569309025904 2223003122003222 6200000000000005',
      ['30569309025904', '2223003122003222', '6200000000000005'],
    ],
    ['CREDIT_CARD', '5019717010103742 6759649826438453', ['5019717010103742', '6759649826438453']],
    ['CREDIT_CARD', 'my credit card: 122000000000003', ['122000000000003']],
    ['CREDIT_CARD', '"card_4111111111111111"', ['4111111111111111']],
    ['CREDIT_CARD', '٤١١١١١١١١١١١١١١١', ['٤١١١١١١١١١١١١١١١']],
    ['IBAN', 'GB29 NWBK 6016 1331 9268 19 and', ['GB29 NWBK 6016 1331 9268 19']],
    ['IBAN', 'DE89370400440532013000', ['DE89370400440532013000']],
    ['IBAN', 'gb29nwbk60161331926819', ['gb29nwbk60161331926819']],
    ['IBAN', 'FR14 2004 1010 0505 0001 3M02 606', ['FR14 2004 1010 0505 0001 3M02 606']],
    ['IBAN', 'MT84MALT011000012345MTLCAST001S', ['MT84MALT011000012345MTLCAST001S']],
    ['IBAN', 'NO9386011117947 (NO93-8601-1117-947)', ['NO9386011117947', 'NO93-8601-1117-947']],
  ])('%s in %s', (type, text, values) => {
    expect(found(text)).toEqual(values.map((value) => `${type}:${value}`))
  })
})

describe('what only looks like it is left alone', () => {
  test.each([
    ['no dot', 'root@localhost'],
    ['a package', 'react@18.2.0 and @scope/name@1.0.0-rc.1'],
    ['a picture', 'logo@2x.png'],
    ['a handle', 'ask @jane or jane @ acme'],
    ['two at signs', 'jane@@acme.test'],
    ['an unfinished address', 'info@acme.'],
    ['a decorator', '@Component({}) x@y'],
    ['an ISO date', '2026-07-28T10:11:12.123Z 2026-07-28 10:11'],
    ['other dates', '01-02-2024 10:30, 01.02.2024 10, 28/07/2026 101112'],
    ['what is no address of a machine', '192.168.100.2000 10.0.0 255.255.255.256'],
    ['a UUID', '123e4567-e89b-12d3-a456-426614174000 41555501-3241-4555-8013-241555501324'],
    ['a price', '$1,234,567.89 415.55 USD 1 000 000 000'],
    ['an identifier', '4155550132 order 1234567890123 ORD-415-555-0132 #415-555-0132'],
    ['a version', '10.15.7.1234 0.23.1-20260728'],
    ['a time stamp', '1785232800 1785232800123 1785232800123456'],
    ['a coordinate', '+40.712776,-74.005974 52.520008,13.404954'],
    ['a sum', '1+1234567890 =+20000000'],
    ['a longer number', '91-415-555-0132-77 12-3456-7890-12'],
    ['an area that is not one', '123-456-7890 415-155-0132'],
    [
      'a hash',
      'd4155550132f0a4111111111111111b9 sha256:41555501324155550132415555013241555501324155550132415555013241',
    ],
    ['a phone id', 'phone_id: 4155550132123456789'],
    ['nine digits', '536904399 000000000'],
    ['never issued', '000-12-3456 666-12-3456 900-12-3456 123-00-4567 123-45-0000'],
    ['part of a longer number', '1-536-90-4399 536-90-4399-1 X-536-90-4399'],
    ['mixed joints', '693-09.4444'],
    ['a wrong check digit', '4012-8888-8888-1882 4111111111111112'],
    ['no issuer', '1748503543012 9999999999999995 0000000000000000'],
    ['a fraction', '0.4111111111111111 4111111111111111.5'],
    ['twenty digits', '41111111111111111111'],
    ['a card inside a word', 'x4111111111111111 4111111111111111a'],
    ['a wrong IBAN', 'GB28NWBK60161331926819 DE89370400440532013001 ZZ89370400440532013000'],
    ['a longer code', 'XDE89370400440532013000 DE893704004405320130001'],
    [
      'a placeholder',
      'phone [PHONE_23456723] ssn [SSN_k7f2q923] card [CREDIT_CARD_22222222] [EMAIL_k7f2q9ab]@acme.test',
    ],
  ])('%s', (_, text) => {
    expect(found(text)).toEqual([])
  })
})

test('a key tells what its value is', () => {
  const source =
    '{"ssn":"536904399","phoneNumber":"4155550132","order":"536904399","phones":["4155550133"],"home_phone":4155550134}'
  expect(found(source)).toEqual(['SSN:536904399', 'PHONE:4155550132', 'PHONE:4155550133', 'PHONE:4155550134'])
})

test('a key that names a tax id makes any such number one, and an amount none', () => {
  const source =
    '{"tax_id":"CHE-123-456-788","nationalId":"X9876543","tin":"3123-4567-8909","tax":"12345.67","tax_code":"VAT20"}'
  expect(found(source)).toEqual(['TAX_ID:CHE-123-456-788', 'TAX_ID:X9876543', 'TAX_ID:3123-4567-8909'])
})

test('only the types asked for are found', () => {
  expect(found('jane@acme.test 536-90-4399', ['SSN'])).toEqual(['SSN:536-90-4399'])
  expect(found('jane@acme.test', [])).toEqual([])
})

test('spellings of one value have one normal value', () => {
  const values = (text: string) => new Set(findSensitive(text, EVERY).map((span) => span.value))
  expect(values('(415) 555-0132, +1 415.555.0132, 1-415-555-0132')).toEqual(new Set(['+14155550132']))
  expect(values('Jane@Acme.test jane@acme.TEST')).toEqual(new Set(['jane@acme.test']))
  expect(values('GB29 NWBK 6016 1331 9268 19, gb29nwbk60161331926819')).toEqual(new Set(['GB29NWBK60161331926819']))
})

describe('what a detector finds in each of its forms', () => {
  const B64 = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmn=='
  test.each<[MaskType, string, string[]]>([
    ['IP_ADDRESS', 'from 203.0.113.45:8080, [2001:db8::1]:443', ['203.0.113.45', '2001:db8::1']],
    ['IP_ADDRESS', '::ffff:192.0.2.1 and fe80::1%eth0', ['::ffff:192.0.2.1', 'fe80::1%eth0']],
    ['IP_ADDRESS', 'http://10.0.0.1/x?ip=10.0.0.2.', ['10.0.0.1', '10.0.0.2']],
    ['IP_ADDRESS', '１０.0.0.1', ['１０.0.0.1']],
    [
      'MAC_ADDRESS',
      '52:54:00:ab:cd:ef 52-54-00-AB-CD-EF 5254.00ab.cdef',
      ['52:54:00:ab:cd:ef', '52-54-00-AB-CD-EF', '5254.00ab.cdef'],
    ],
    ['DATE_OF_BIRTH', 'born May 17th, 1990', ['May 17th, 1990']],
    ['DATE_OF_BIRTH', 'né le 17/05/1990', ['17/05/1990']],
    ['DATE_OF_BIRTH', 'DOB: 17-05-90', ['17-05-90']],
    ['PASSPORT', 'passport no. L01X00T44', ['L01X00T44']],
    ['TAX_ID', 'NINO: AB123456C', ['AB123456C']],
    ['TAX_ID', 'tax id 98765432', []],
    ['TAX_ID', 'EIN 12-3456789', ['12-3456789']],
    ['TAX_ID', 'CURP HEGG560427MVZRRL04', ['HEGG560427MVZRRL04']],
    ['TAX_ID', 'NIR 1 84 12 76 451 089 46', ['1 84 12 76 451 089 46']],
    ['API_KEY', 'gho_0123456789abcdefghijklmnopqrstuvwxAB', ['gho_0123456789abcdefghijklmnopqrstuvwxAB']],
    ['API_KEY', `github_pat_${'a'.repeat(22)}_${'B'.repeat(59)}`, [`github_pat_${'a'.repeat(22)}_${'B'.repeat(59)}`]],
    ['API_KEY', '"sk_live_abcdefghijklmnop1234"', ['sk_live_abcdefghijklmnop1234']],
    ['API_KEY', 'whsec_abcdefghijklmnopqrstuvwxyz', ['whsec_abcdefghijklmnopqrstuvwxyz']],
    ['API_KEY', 'GOCSPX-abcdefghijklmnopqrstuvwxyz12', ['GOCSPX-abcdefghijklmnopqrstuvwxyz12']],
    ['API_KEY', `pypi-AgEIcHlwaS${'x'.repeat(60)}`, [`pypi-AgEIcHlwaS${'x'.repeat(60)}`]],
    ['API_KEY', `dop_v1_${'0a'.repeat(32)}`, [`dop_v1_${'0a'.repeat(32)}`]],
    ['API_KEY', `shpat_${'0a'.repeat(16)}`, [`shpat_${'0a'.repeat(16)}`]],
    ['API_KEY', `AC${'0a'.repeat(16)}`, [`AC${'0a'.repeat(16)}`]],
    ['API_KEY', 'csk_abcdefghijklmnopqrstuvwxyz', ['csk_abcdefghijklmnopqrstuvwxyz']],
    ['API_KEY', `EndpointSuffix=x;AccountKey=${B64};`, [B64]],
    [
      'API_KEY',
      'blob?sv=2024-01-01&sig=abcdefghijklmnopqrstuvwxyz0123456789%2B%3D',
      ['abcdefghijklmnopqrstuvwxyz0123456789%2B%3D'],
    ],
    ['API_KEY', 'g\u200bhp_0123456789abcdefghijklmnopqrstuvwxAB', ['g\u200bhp_0123456789abcdefghijklmnopqrstuvwxAB']],
    ['JWT', 'x eyJhbGciOiJub25lIn0.eyJhIjoxfQ. y', ['eyJhbGciOiJub25lIn0.eyJhIjoxfQ.']],
    [
      'PRIVATE_KEY',
      '-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----',
      ['-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----'],
    ],
    [
      'PRIVATE_KEY',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk',
      ['-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk'],
    ],
    ['CONNECTION_STRING', 'mongodb+srv://u:p%40ss@cluster0.example.net/db', ['p%40ss']],
    ['CONNECTION_STRING', 'jdbc:postgresql://db/app?user=app&password=s3cret', ['s3cret']],
    ['CONNECTION_STRING', 'host=db user=app password=s3cret dbname=x', ['s3cret']],
    ['CONNECTION_STRING', 'https://0123456789abcdef0123456789@git.example.com/x', ['0123456789abcdef0123456789']],
    ['SECRET', 'api_key = "q8Zr2vXw7LkPz0TnB4yE"', ['q8Zr2vXw7LkPz0TnB4yE']],
    ['SECRET', "clientSecret: 'q8Zr2vXw7LkPz0TnB4yE'", ['q8Zr2vXw7LkPz0TnB4yE']],
    ['SECRET', 'Authorization: Basic amFuZTpodW50ZXIy', ['amFuZTpodW50ZXIy']],
    ['SECRET', 'passwd=hunter2', ['hunter2']],
    ['ADDRESS', 'Calle Mayor, 5', ['Calle Mayor, 5']],
    ['ADDRESS', '221B Baker Street. Order 4111111111111112', ['221B Baker Street.']],
    ['PERSON_NAME', 'signed by: Åsa Öberg', ['Åsa Öberg']],
  ])('%s in %s', (type, text, values) => {
    expect(found(text).filter((each) => each.startsWith(type))).toEqual(values.map((value) => `${type}:${value}`))
  })

  test.each([
    ['a version', 'version 1.2.3.4, v1.2.3.4, Chrome/120.0.0.0, lib-1.2.3.4, pip==1.2.3.4, Release: 10.0.1.2'],
    ['five numbers with dots', '1.2.3.4.5 and 1.2.3'],
    ['a number beyond a byte', '256.1.1.1 1.2.3.400 01.2.3.4'],
    ['times, ratios and scopes', '12:34:56 1:2:3:4 std::cout abc::def :::'],
    ['nobody’s hardware', '00:00:00:00:00:00 ff:ff:ff:ff:ff:ff'],
    ['a fingerprint', 'SHA256 aa:bb:cc:dd:ee:ff:00:11:22:33'],
    ['a date that is no birthday', 'created 1990-05-17, airborne 17.05.1990'],
    ['a code that no word calls a passport', 'C01X00T44 and A12803456'],
    ['wrong check digits', '44051401358 12345678A S1234567E 756.9217.0769.86'],
    ['a key that is too short', 'ghp_abc sk_live_x AKIA123 hf_model sk-learn'],
    ['words that begin like keys', 'task-abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmn'],
    ['a cursor', 'nextCursor=q8Zr2vXw7LkPz0TnB4yE page_token: q8Zr2vXw7LkPz0TnB4yE'],
    ['a public key', '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----'],
    ['a link without a login', 'https://example.com:8443/a@b and ssh://git@localhost/x'],
    ['a variable', 'postgres://app:$PASSWORD@db/x password=$PASSWORD token: {{token}} secret=<secret>'],
    ['a hash', 'sha256 9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a0'],
    ['prose on secrets', 'The password is required. Tokens are counted; the secret is kept. token_type: Bearer'],
    ['two dots and a payload', 'eyJub3QiOiJhIGhlYWRlciJ9.eyJhIjoxfQ.sig'],
    ['titles and places', 'Grant Access, Paris Office, Jordan River, Enterprise Plus, Victoria Station, Mark Down'],
  ])('but not %s', (_, text) => {
    expect(found(text)).toEqual([])
  })
})
