// Posts made from their number alone, so the feed has no end and is the same everywhere.
const people = ['Ada Berg', 'Ivo Lindt', 'Mara Sol', 'Noor Haddad', 'Tomas Rey', 'Yuki Arai', 'Lena Vogt'];
const places = ['North ridge', 'Lake Orrin', 'Old quarry', 'Fox meadow', 'Harbour wall', 'Glass valley'];
const texts = [
  'Up before the sun and it was worth every step. The light came over the hill all at once.',
  'Rain until noon, then this.',
  'Found a new way round the water: flat, quiet, and nobody else on it for two hours. Bring boots after a wet week, the lower path floods where the stream meets the old mill.',
  'Three generations on one rope today.',
  'Wind from the east, dry rock, and a thermos that kept its promise. Would do again tomorrow.',
];
const tags = [['sunrise'], ['rain', 'lake'], ['walk'], ['climbing', 'family', 'rope'], ['rock']];
const tints = ['#d9684a', '#3f7cac', '#5b8e5a', '#8c5e99', '#b5893c', '#4a6670', '#a84d6b'];

const make = (id) => ({
  id,
  author: people[id % people.length],
  initials: people[id % people.length].split(' ').map((part) => part[0]).join(''),
  tint: tints[id % tints.length],
  place: places[(id * 5) % places.length],
  ago: id < 24 ? `${id + 1} h` : `${Math.floor(id / 24)} d`,
  text: texts[(id * 3) % texts.length],
  tags: tags[(id * 3) % tags.length],
  // One to three pictures a post; every fifth has none.
  images: id % 5 === 4 ? [] : Array.from({ length: 1 + (id % 3) }, (_, i) => `/images/view-${(id * 2 + i) % 12}.jpg`),
  likes: (id * 37) % 211,
  liked: false,
});

module.exports = { page: (from, count) => Array.from({ length: count }, (_, i) => make(from + i)), make };
