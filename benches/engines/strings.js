// Texts put together, taken apart, searched and replaced.
module.exports = () => {
  let html = '';
  for (let i = 0; i < 20000; i++) html += '<li class="row">' + i + '</li>';
  const parts = [];
  for (let i = 0; i < 20000; i++) parts.push(`item-${i}-${(i * 37) % 100}`);
  const joined = parts.join(',');
  const words = joined.split(',').filter(word => word.endsWith('7')).map(word => word.toUpperCase().slice(2, -1));
  const clean = html.replace(/<[^>]+>/g, ' ').trim();
  const camel = joined.slice(0, 20000).replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
  let hash = 0;
  for (let i = 0; i < camel.length; i++) hash = (hash * 31 + camel.charCodeAt(i)) | 0;
  return [html.length, clean.length, words.length, words[9], hash, joined.indexOf('item-19999'), camel.length].join(' ');
};
