Page({
  data: {
    theme: {
      rateIconFullColor: '#07c160',
      sliderBarHeight: '4px',
      sliderButtonWidth: '20px',
      sliderButtonHeight: '20px',
      sliderActiveBackgroundColor: '#07c160',
      buttonPrimaryBorderColor: '#7232dd',
      buttonPrimaryBackgroundColor: '#7232dd',
    },
  },
});
