// error
getApp().onError = () => { throw new Error('again') }; throw new Error('first')
