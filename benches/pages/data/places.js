// Provinces, their cities and their districts, as apps get them from a server.
const districts = ['Old Town', 'New Town', 'Harbour', 'Hill', 'Market', 'Garden', 'Bridge', 'Lake'];
const cities = ['North', 'South', 'East', 'West', 'Upper', 'Lower', 'Great', 'Little', 'Far', 'Near'];
const provinces = ['Ashford', 'Birchwood', 'Cedarvale', 'Dunmore', 'Elmsworth', 'Fernhill', 'Greyport', 'Hazelton',
  'Ivybridge', 'Juniper', 'Kestrel', 'Larkspur', 'Mossgate', 'Nettle', 'Oakham', 'Pinehurst', 'Quarry', 'Rowan',
  'Sedge', 'Thornbury'];

const two = (number) => String(number).padStart(2, '0');

// A tree whose texts stand in the field `text`.
export function tree(text) {
  return provinces.map((province, p) => ({
    [text]: province,
    value: `${two(p + 11)}0000`,
    children: cities.map((city, c) => ({
      [text]: `${city} ${province}`,
      value: `${two(p + 11)}${two(c + 1)}00`,
      children: districts.map((district, d) => ({ [text]: district, value: `${two(p + 11)}${two(c + 1)}${two(d + 1)}` })),
    })),
  }));
}

// The same as lists by code.
export function lists() {
  const found = { province_list: {}, city_list: {}, county_list: {} };
  for (const province of tree('text')) {
    found.province_list[province.value] = province.text;
    for (const city of province.children) {
      found.city_list[city.value] = city.text;
      for (const county of city.children) found.county_list[county.value] = county.text;
    }
  }
  return found;
}
