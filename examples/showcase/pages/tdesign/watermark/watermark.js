Page({ data: { mark: { text: 'Leaves' } } });
