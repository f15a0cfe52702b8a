import { describe, expect, test } from 'vitest'
import type { MaskType } from '@/lib/domain'
import { findSensitive } from '@/lib/masking/find'

const EVERY: MaskType[] = ['EMAIL', 'PHONE', 'SSN', 'CREDIT_CARD', 'IBAN']
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
    ['an address of a machine', '192.168.100.200 10.0.0.1 255.255.255.255'],
    ['an IPv6 address', '2001:0db8:85a3:0000:0000:8a2e:0370:7334'],
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
