/** Naive UI in our colours: the values of styles/tokens.css, which its components can't read. */
import type { GlobalThemeOverrides } from 'naive-ui';

const common = {
  fontSize: '14px',
  fontSizeSmall: '13px',
  borderRadius: '8px',
  borderRadiusSmall: '4px',
  heightSmall: '28px',
  heightMedium: '36px',
  heightLarge: '48px',
  cubicBezierEaseInOut: 'cubic-bezier(.2,.8,.2,1)',
  fontFamily:
    "Inter, -apple-system, 'SF Pro Text', 'Segoe UI', 'Helvetica Neue', Arial, 'PingFang SC', 'Noto Sans SC', 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif",
  fontFamilyMono: "'SF Mono', ui-monospace, 'Cascadia Mono', 'Noto Sans Mono', Menlo, monospace",
} as const;

const shapes: GlobalThemeOverrides = {
  Card: { borderRadius: '12px', paddingMedium: '16px' },
  Dialog: { borderRadius: '16px' },
  Tag: { borderRadius: '999px', fontWeightStrong: '600' },
};

interface Palette {
  accent: [normal: string, hover: string, pressed: string, soft: string, onAccent: string];
  state: { bad: string; warn: string; ok: string; info: string };
  ground: { body: string; panel: string; field: string; hover: string; line: string };
  text: [first: string, second: string, third: string];
}
const darkPalette: Palette = {
  accent: ['#3fcfc0', '#62dccf', '#35b5a8', '#12312f', '#04211e'],
  state: { bad: '#ff8f9a', warn: '#f2bd4b', ok: '#58cf95', info: '#7fb2ff' },
  ground: { body: '#0c0d0f', panel: '#131518', field: '#1a1d21', hover: '#1a1d21', line: '#262a2f' },
  text: ['#f3f4f5', '#b0b6bd', '#8b929a'],
};
const lightPalette: Palette = {
  accent: ['#0a7468', '#095f56', '#074e47', '#dff3f0', '#fff'],
  state: { bad: '#b3263a', warn: '#8a5a00', ok: '#1b7a48', info: '#2259b5' },
  ground: { body: '#f3f4f6', panel: '#fff', field: '#fff', hover: '#f0f1f3', line: '#e3e6e9' },
  text: ['#15181b', '#4b535b', '#646c75'],
};

function overridesOf({ accent, state, ground, text }: Palette): GlobalThemeOverrides {
  const [primary, hover, pressed, soft, onPrimary] = accent;
  return {
    ...shapes,
    common: {
      ...common,
      primaryColor: primary,
      primaryColorHover: hover,
      primaryColorPressed: pressed,
      primaryColorSuppl: primary,
      errorColor: state.bad,
      warningColor: state.warn,
      successColor: state.ok,
      infoColor: state.info,
      bodyColor: ground.body,
      cardColor: ground.panel,
      modalColor: ground.panel,
      popoverColor: ground.field,
      inputColor: ground.field,
      tableColor: ground.panel,
      dividerColor: ground.line,
      borderColor: ground.line,
      textColor1: text[0],
      textColor2: text[1],
      textColor3: text[2],
      placeholderColor: text[2],
    },
    // `error` is the one button that ends what is on the air; what deletes is a ghost.
    Button: {
      fontWeight: '600',
      textColorPrimary: onPrimary,
      textColorHoverPrimary: onPrimary,
      textColorPressedPrimary: onPrimary,
      textColorFocusPrimary: onPrimary,
      colorError: '#d43a29',
      colorHoverError: '#d43a29',
      colorPressedError: '#b52f20',
      colorFocusError: '#d43a29',
      textColorError: '#fff',
      textColorHoverError: '#fff',
      textColorPressedError: '#fff',
      textColorFocusError: '#fff',
      textColorGhostError: state.bad,
      textColorGhostHoverError: state.bad,
    },
    Tabs: { tabGapMediumLine: '20px', barColor: primary, tabFontWeightActive: '600' },
    Drawer: { color: ground.panel },
    DataTable: {
      thColor: 'transparent',
      thFontWeight: '600',
      tdColorHover: ground.hover,
      fontSizeMedium: '13px',
    },
    Menu: { itemHeight: '36px', itemColorActive: soft },
    Switch: { railColorActive: primary },
    Slider: { fillColor: primary },
  };
}

export const darkOverrides = overridesOf(darkPalette);
export const lightOverrides = overridesOf(lightPalette);
