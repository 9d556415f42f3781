// Asks Chromium what lies between values, and what key frames show, into expected.json:
//   NODE_PATH=benches/browser/node_modules node layout/tests/motion/generate.js
'use strict';
const { chromium } = require('playwright-core');
const fs = require('fs'), path = require('path');

// property, from, to
const pairs = [
  ['opacity', '0', '1'], ['opacity', '0.2', '0.9'], ['left', '0px', '100px'], ['left', '-20px', '30px'], ['width', '10px', '210px'], ['min-width', '10px', '20px'], ['max-height', '10px', '500px'], ['max-width', 'none', '40px'],
  ['margin-left', '5px', '-5px'], ['padding-top', '0px', '9px'], ['border-top-width', '0px', '10px'], ['top', '1px', '101px'],
  ['color', '#ff0000', '#0000ff'], ['color', 'rgba(255, 0, 0, 0)', 'rgba(0, 0, 255, 1)'], ['color', 'transparent', 'rgb(10, 200, 30)'],
  ['background-color', 'rgba(10, 20, 30, 0.4)', 'rgba(200, 100, 0, 0.8)'], ['background-color', '#fff', '#000'],
  ['border-top-color', '#123456', '#fedcba'], ['outline-color', 'red', 'lime'], ['text-decoration-color', 'red', 'lime'],
  ['font-size', '10px', '30px'], ['font-weight', '100', '900'], ['font-weight', '400', '700'], ['line-height', '10px', '50px'],
  ['line-height', '1', '2'], ['letter-spacing', '0px', '8px'], ['word-spacing', '2px', '-2px'], ['text-indent', '0px', '40px'],
  ['text-indent', '10px', '50%'], ['z-index', '0', '10'], ['z-index', '-3', '4'], ['z-index', 'auto', '4'], ['order', '0', '3'],
  ['flex-grow', '0', '2'], ['flex-shrink', '1', '3'], ['flex-basis', '10px', '50px'], ['row-gap', '0px', '10px'],
  ['visibility', 'visible', 'hidden'], ['visibility', 'hidden', 'visible'], ['visibility', 'hidden', 'collapse'],
  ['text-align', 'left', 'right'], ['border-top-style', 'solid', 'dotted'],
  ['border-top-left-radius', '0px', '40px'], ['border-top-left-radius', '10px 20px', '50%'],
  ['background-position-x', '0%', '100%'], ['background-position-y', '10px', '30px'], ['background-size', '10px 20px', '50px 60px'],
  ['background-size', 'cover', '50px 60px'], ['object-position', '0% 10%', '100% 50%'], ['perspective', '100px', '300px'],
  ['box-shadow', 'rgb(255, 0, 0) 0px 0px 10px 0px', 'rgb(0, 0, 255) 20px 10px 30px 4px'],
  ['box-shadow', 'none', 'rgba(0, 0, 255, 0.5) 20px 10px 30px 4px'],
  ['box-shadow', 'rgb(0, 0, 0) 1px 2px 3px 4px, rgb(255, 0, 0) 5px 6px 7px 8px', 'rgb(0, 0, 255) 20px 10px 30px 4px'],
  ['box-shadow', 'rgb(0, 0, 0) 1px 2px 3px 4px inset', 'rgb(0, 0, 255) 20px 10px 30px 4px'],
  ['text-shadow', 'none', 'rgb(255, 0, 0) 4px 2px 6px'], ['filter', 'none', 'blur(8px)'], ['filter', 'blur(2px) brightness(0.5)', 'blur(6px)'],
  ['filter', 'grayscale(0)', 'grayscale(1)'], ['filter', 'blur(2px)', 'sepia(1)'], ['filter', 'hue-rotate(10deg)', 'hue-rotate(90deg)'],
  ['filter', 'opacity(0.2)', 'opacity(1)'], ['filter', 'saturate(3)', 'none'], ['filter', 'contrast(0.5)', 'contrast(2)'],
  ['translate', 'none', '10px 20px'], ['translate', '4px', '8px 6px'], ['rotate', '0deg', '90deg'], ['rotate', 'none', '-40deg'],
  ['scale', 'none', '3'], ['scale', '1 2', '3'],
  ['transform', 'none', 'translateX(100px)'], ['transform', 'translate(10px, 20px)', 'translate(30px, -20px)'],
  ['transform', 'rotate(0deg)', 'rotate(360deg)'], ['transform', 'rotate(0deg)', 'rotate(720deg)'], ['transform', 'none', 'rotate(90deg)'],
  ['transform', 'scale(1)', 'scale(2, 0.5)'], ['transform', 'scale(0)', 'scale(1)'], ['transform', 'skewX(0deg)', 'skewX(40deg)'],
  ['transform', 'skew(10deg, 5deg)', 'skew(20deg, -15deg)'], ['transform', 'translateX(10px) rotate(20deg)', 'translateX(50px) rotate(80deg)'],
  ['transform', 'translateX(10px)', 'rotate(80deg)'], ['transform', 'rotate(30deg) scale(2)', 'translate(20px, 30px) skewX(20deg)'],
  ['transform', 'translateX(10px) rotate(20deg)', 'translateX(50px)'], ['transform', 'translateX(10px) rotate(20deg)', 'translateX(50px) scale(3)'],
  ['transform', 'matrix(1, 0, 0, 1, 0, 0)', 'matrix(0, 1, -1, 0, 30, 40)'], ['transform', 'matrix(1, 0, 0, -1, 0, 0)', 'matrix(-1, 0, 0, 1, 10, 0)'],
  ['transform', 'matrix(2, 1, 0.5, 3, 5, 6)', 'none'], ['transform', 'rotate(10deg)', 'matrix(0.2, 0.9, -0.7, 0.4, 1, 2)'],
  ['transform', 'rotateX(0deg)', 'rotateX(60deg)'], ['transform', 'rotateY(10deg)', 'rotateY(200deg)'],
  ['transform', 'rotate3d(1, 1, 0, 30deg)', 'rotate3d(1, 1, 0, 90deg)'], ['transform', 'rotateX(50deg)', 'rotateY(70deg)'],
  ['transform', 'translate3d(1px, 2px, 3px)', 'translate3d(5px, 6px, 7px)'], ['transform', 'scale3d(1, 1, 1)', 'scale3d(2, 3, 4)'],
  ['transform', 'perspective(100px)', 'perspective(400px)'], ['transform', 'perspective(100px) rotateY(20deg)', 'rotateX(40deg)'],
  ['transform', 'matrix3d(1,0,0,0, 0,1,0,0, 0,0,1,0, 0,0,0,1)', 'matrix3d(0.5,0.2,0.1,0, -0.3,0.8,0.2,0, 0.1,-0.2,0.9,0, 10,20,30,1)'],
  ['transform', 'translateX(10px) rotateX(40deg)', 'scale(2) rotateY(30deg)'],
];
const shares = [0, 0.25, 0.5, 0.8, 1];
const easings = ['linear', 'cubic-bezier(0.3, -0.6, 0.7, 1.6)'];

// Sheets with an element `.a`, what is asked, and when (ms).
const sheets = [
  ['@keyframes k { from { left: 0px } 30% { left: 90px } to { left: 100px } } .a { animation: k 1s; position: relative; left: 7px }', ['left']],
  ['@keyframes k { 30% { left: 90px; opacity: 0 } } .a { animation: k 1s linear; position: relative; left: 7px; opacity: 0.5 }', ['left', 'opacity']],
  ['@keyframes k { from { left: 0px; animation-timing-function: steps(4) } 50% { left: 40px; animation-timing-function: ease-in } to { left: 100px } } .a { animation: k 1s linear 100ms both; position: relative }', ['left']],
  ['@keyframes k { from { opacity: 0 } to { opacity: 1 } } .a { animation: k 300ms ease-in-out 3 alternate }', ['opacity']],
  ['@keyframes k { from { opacity: 0 } to { opacity: 1 } } .a { animation: k 300ms ease-out -100ms 2.5 reverse forwards }', ['opacity']],
  ['@keyframes k { from { opacity: 0 } to { opacity: 1 } } .a { animation: k 400ms steps(3, jump-both) infinite alternate-reverse }', ['opacity']],
  ['@keyframes k { from { opacity: 0 } to { opacity: 1 } } @keyframes m { from { left: 0px; opacity: 0.3 } to { left: 50px; opacity: 0.6 } } .a { position: relative; left: 0px; animation: k 1s linear, m 500ms linear 200ms forwards }', ['left', 'opacity']],
  ['@keyframes k { 0%, 20% { transform: scale(0) } 50% { transform: scale(1) } to { transform: scale(0) } } .a { animation: k 1.2s ease-in-out infinite both }', ['transform']],
  ['@keyframes k { to { transform: rotate(1turn) } } .a { animation: k 0.8s linear infinite; transform: rotate(10deg) }', ['transform']],
  ['@keyframes k { 0% { color: red } 0% { color: blue } 100% { color: lime } } .a { animation: k 1s linear }', ['color']],
  ['@keyframes k { from { display: none; width: 10px } to { width: 30px !important; height: 20px } } .a { animation: k 1s linear; width: 4px; height: 10px }', ['width', 'height']],
  ['@keyframes k { from { margin: 0 10px } to { margin: 20px; border-radius: 8px } } .a { animation: k 1s linear both; margin: 2px }', ['margin-left', 'margin-top', 'border-top-left-radius']],
  ['@keyframes k { from { font-size: 10px; line-height: 2 } to { font-size: 20px; line-height: 3; letter-spacing: 8px } } .a { animation: k 1s linear }', ['font-size', 'letter-spacing']],
  ['@keyframes k { from { opacity: var(--low) } to { opacity: 1 } } .a { --low: 0.4; animation: k 1s cubic-bezier(0.1, 1.5, 0.4, 1) }', ['opacity']],
  ['@keyframes k { to { opacity: 0 } } .a { animation: k 0s forwards 100ms }', ['opacity']],
  ['@keyframes k { to { opacity: 0 } } .a { animation: k 500ms 0 both }', ['opacity']],
  ['@keyframes k { from { left: 0px } to { left: 100px } } .a { animation: k 1s linear(0, 1.4, 0.8 50%, 90% 1.1, 1) both; position: relative }', ['left', 'animation-timing-function']],
  ['@keyframes k { from { left: 0px; opacity: 0 } to { left: 100px; opacity: 1 } } .a { animation: k 1s linear both; position: relative; left: 7px !important; opacity: 0.5 }', ['left', 'opacity']],
  ['@keyframes k { from { width: 1em; font-size: 10px } to { width: 3em; font-size: 30px } } .a { animation: k 1s linear both; font-size: 50px }', ['width', 'font-size']],
  ['@keyframes f { from { font-size: 10px } to { font-size: 30px } } @keyframes k { from { width: 1em } to { width: 3em; margin-left: 2em } } .a { animation: f 1s linear both, k 500ms linear both; font-size: 20px }', ['width', 'margin-left', 'font-size']],
];
const times = [0, 50, 100, 150, 250, 333, 500, 610, 750, 999, 1000, 1100, 2345];

(async () => {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] });
  const tab = await browser.newPage();
  const found = await tab.evaluate(({ pairs, shares, easings, sheets, times }) => {
    document.body.innerHTML = '<style></style><div id="p" style="width: 200px; height: 100px"></div>';
    const [sheet, parent] = [document.querySelector('style'), document.querySelector('#p')];
    const fresh = () => {
      parent.innerHTML = '<div class="a"></div>';
      return parent.firstChild;
    };
    const between = [];
    for (const [property, from, to] of pairs) {
      for (const easing of easings) {
        const element = fresh();
        if (/border|outline/.test(property)) element.style.borderStyle = element.style.outlineStyle = 'solid';
        if (/left|top|z-index/.test(property)) element.style.position = 'relative';
        const animation = element.animate([{ [property.replace(/-(.)/g, (_, c) => c.toUpperCase())]: from }, { [property.replace(/-(.)/g, (_, c) => c.toUpperCase())]: to }], { duration: 1000, fill: 'both', easing });
        animation.pause();
        for (const share of shares) {
          animation.currentTime = share * 1000;
          between.push([property, from, to, easing, share, getComputedStyle(element).getPropertyValue(property)]);
        }
      }
    }
    const keyframes = sheets.map(([css, asked]) => {
      sheet.textContent = css;
      const element = fresh();
      getComputedStyle(element).opacity;
      const animations = element.getAnimations();
      animations.forEach(animation => animation.pause());
      return {
        css,
        at: times.map(time => {
          animations.forEach(animation => { animation.currentTime = time });
          const style = getComputedStyle(element);
          return [time, Object.fromEntries(asked.map(name => [name, style.getPropertyValue(name)]))];
        }),
      };
    });
    return { between, keyframes };
  }, { pairs, shares, easings, sheets, times });
  await browser.close();
  const lines = list => list.map(entry => '    ' + JSON.stringify(entry)).join(',\n');
  fs.writeFileSync(path.join(__dirname, 'expected.json'), `{\n  "between": [\n${lines(found.between)}\n  ],\n  "keyframes": [\n${lines(found.keyframes)}\n  ]\n}\n`);
})();
