// Departments of a shop, their shelves and what lies there.
const departments = ['Fruit', 'Greens', 'Dairy', 'Bread', 'Fish', 'Sweets', 'Drinks', 'Spices', 'Home', 'Garden'];
const shelves = ['Fresh', 'Dried', 'Frozen', 'Local', 'Organic', 'Cheap', 'New', 'Seasonal'];

export const things = departments.map((department, d) => ({
  name: department,
  id: `${d}`,
  shelves: shelves.map((shelf, s) => ({
    name: `${shelf} ${department.toLowerCase()}`,
    id: `${d}-${s}`,
    items: Array.from({ length: 12 }, (_, n) => ({ name: `${shelf} ${department.toLowerCase()} ${n + 1}`, id: `${d}-${s}-${n}` })),
  })),
}));
