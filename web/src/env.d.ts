declare module '*.vue' {
  import type { DefineComponent } from 'vue';
  const component: DefineComponent;
  export default component;
}

/** hls.js without what a live stream of ours never has (subtitles, alternative sound, DRM); it ships without types. */
declare module 'hls.js/light' {
  export { default } from 'hls.js';
}
