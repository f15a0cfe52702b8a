/** What the generator draws from. */
export const FIRST_NAMES = [
  'Abigail', 'Adeola', 'Aiko', 'Amara', 'Anders', 'Beatriz', 'Bruno', 'Camille', 'Chidi', 'Clara', 'Daniela', 'Darius',
  'Elif', 'Emeka', 'Farah', 'Felix', 'Freya', 'Gustavo', 'Hana', 'Hugo', 'Imani', 'Ines', 'Ivan', 'Jun', 'Kaia', 'Kofi',
  'Leila', 'Lucas', 'Maeve', 'Marco', 'Mei', 'Nadia', 'Nikhil', 'Noor', 'Olga', 'Omar', 'Paola', 'Quinn', 'Rafael',
  'Rosa', 'Samir', 'Sofia', 'Tariq', 'Thea', 'Uma', 'Viktor', 'Wanda', 'Ximena', 'Yusuf', 'Zofia',
] // biome-ignore format: words read better in rows

export const LAST_NAMES = [
  'Abara', 'Almeida', 'Andersen', 'Bauer', 'Bianchi', 'Brandt', 'Castillo', 'Chandra', 'Dubois', 'Eriksen', 'Ferrari',
  'Fischer', 'Gallagher', 'Haddad', 'Hansen', 'Ibrahim', 'Ito', 'Jensen', 'Kaya', 'Keller', 'Kowalski', 'Larsen', 'Lopes',
  'Marchetti', 'Mbeki', 'Moreau', 'Nakamura', 'Novak', 'Okoye', 'Oliveira', 'Petrov', 'Quist', 'Ramos', 'Reyes', 'Sato',
  'Schneider', 'Silva', 'Soto', 'Tanaka', 'Toth', 'Usman', 'Vargas', 'Virtanen', 'Weber', 'Yilmaz', 'Zeman',
] // biome-ignore format: words read better in rows

export const COMPANY_FIRST = [
  'Alder', 'Amber', 'Anchor', 'Aspen', 'Beacon', 'Birch', 'Bluewater', 'Bramble', 'Canyon', 'Cedar', 'Cinder', 'Cobalt',
  'Copper', 'Coral', 'Delta', 'Ember', 'Fern', 'Flint', 'Foxglove', 'Granite', 'Harbor', 'Hazel', 'Heron', 'Indigo',
  'Juniper', 'Kestrel', 'Lantern', 'Larch', 'Linden', 'Maple', 'Meadow', 'Meridian', 'Millstone', 'Northwind', 'Oakfield',
  'Orchard', 'Osprey', 'Pebble', 'Pinnacle', 'Quarry', 'Raven', 'Redwood', 'Ridgeline', 'Saffron', 'Sable', 'Sparrow',
  'Summit', 'Thistle', 'Tidewater', 'Umber', 'Valley', 'Verdant', 'Walnut', 'Willow', 'Windward', 'Yarrow',
] // biome-ignore format: words read better in rows

export const COMPANY_SECOND = [
  'Bakeries', 'Biotech', 'Brewing', 'Builders', 'Capital', 'Ceramics', 'Clinics', 'Components', 'Cycles', 'Dental',
  'Design', 'Electric', 'Energy', 'Farms', 'Fisheries', 'Foods', 'Freight', 'Furnishings', 'Gardens', 'Glassworks',
  'Hotels', 'Instruments', 'Insurance', 'Joinery', 'Kitchens', 'Labs', 'Legal', 'Logistics', 'Marine', 'Media', 'Mills',
  'Mobility', 'Optics', 'Outfitters', 'Packaging', 'Paper', 'Pharmacy', 'Plumbing', 'Press', 'Roasters', 'Robotics',
  'Schools', 'Software', 'Solar', 'Studios', 'Textiles', 'Timber', 'Tools', 'Travel', 'Vineyards', 'Workshops',
] // biome-ignore format: words read better in rows

export const CITIES = [
  { city: 'Boston', region: 'North America' },
  { city: 'Chicago', region: 'North America' },
  { city: 'Denver', region: 'North America' },
  { city: 'Montreal', region: 'North America' },
  { city: 'Seattle', region: 'North America' },
  { city: 'Toronto', region: 'North America' },
  { city: 'Antwerp', region: 'Europe' },
  { city: 'Bergen', region: 'Europe' },
  { city: 'Leipzig', region: 'Europe' },
  { city: 'Lyon', region: 'Europe' },
  { city: 'Porto', region: 'Europe' },
  { city: 'Turin', region: 'Europe' },
  { city: 'Auckland', region: 'Asia Pacific' },
  { city: 'Osaka', region: 'Asia Pacific' },
  { city: 'Perth', region: 'Asia Pacific' },
]

export const AREA_CODES = ['206', '212', '303', '312', '415', '512', '617', '702', '808', '919']

/** Published by the card networks and payment processors for tests: they pass Luhn and belong to nobody. */
export const TEST_CARDS = [
  '4111 1111 1111 1111',
  '4242 4242 4242 4242',
  '4012 8888 8888 1881',
  '5555 5555 5555 4444',
  '5105 1051 0510 5100',
  '2223 0031 2200 3222',
  '3782 822463 10005',
  '3714 496353 98431',
  '6011 1111 1111 1117',
  '6011 0009 9013 9424',
  '3530 1113 3330 0000',
]

export const ITEMS = [
  'Team plan, yearly',
  'Business plan, yearly',
  'Enterprise plan, yearly',
  'Extra seats',
  'Onboarding package',
  'Premium support',
  'Data residency add-on',
  'Training day',
  'Hardware gateway',
  'API volume pack',
]

export const NOTE_AUTHORS = ['dana@acme.test', 'support-reply-agent', 'ana@acme.test']

export const NOTES = [
  '{contact} asked for a quote for next year. Send it to {email}.',
  'Called {contact} at {phone}, left a message about the renewal.',
  'Prefers e-mail to calls: {email}. Decides with the finance team in the last week of the month.',
  'Charged twice for one order, wants the second one back. Reach {contact} at {phone}.',
  'Very happy with onboarding. Would act as a reference.',
  'Considering to leave: the export is too slow for them. {contact} wants a call back at {phone}.',
  'Address on the invoice is out of date, the new one goes to {email}.',
  'Evaluation extended by two weeks.',
]
