// harmless
wx = null; getApp = null; Page = null; App = null
