// The logic of a list of tasks as pages write it: copies, filters, counts, an undo history.
module.exports = () => {
  let state = { tasks: [], filter: 'all', next: 1 };
  const history = [];
  const set = change => { history.push(state); state = Object.assign({}, state, change); };
  const add = text => set({ tasks: state.tasks.concat([{ id: state.next, text, done: false }]), next: state.next + 1 });
  const toggle = id => set({ tasks: state.tasks.map(task => (task.id === id ? { ...task, done: !task.done } : task)) });
  const remove = id => set({ tasks: state.tasks.filter(task => task.id !== id) });
  const shown = () => state.tasks.filter(({ done }) => state.filter === 'all' || done === (state.filter === 'done'));
  for (let i = 0; i < 120; i++) {
    add(`task ${i}`);
    if (i % 3 === 0) toggle(i);
    if (i % 7 === 0) remove(i - 3);
    set({ filter: ['all', 'done', 'open'][i % 3] });
    shown().forEach(task => { if (task.text.length > 100) throw new Error('no'); });
  }
  while (history.length > 50) state = history.pop();
  return [state.tasks.length, state.next, shown().length].join(' ');
};
