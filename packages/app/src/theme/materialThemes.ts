import {
  createUnifiedTheme,
  genPageTheme,
  palettes,
  type UnifiedThemeOptions,
} from '@backstage/theme';

/**
 * The same colours as tokens.css for the Backstage screens that are still
 * drawn with Material UI.
 */
const ink = '#14172b';
const brass = '#f3b54a';

const fontFamily =
  "'Inter', system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

function pageThemes(color: string) {
  const theme = genPageTheme({ colors: [color, color], shape: 'none' });
  const kinds = [
    'home',
    'documentation',
    'tool',
    'service',
    'website',
    'library',
    'other',
    'app',
    'apis',
    'card',
  ];
  return Object.fromEntries(kinds.map(kind => [kind, theme]));
}

const components: UnifiedThemeOptions['components'] = {
  // Table cells would else break inside words to give every column its share.
  MuiTableCell: {
    styleOverrides: {
      body: { wordBreak: 'normal', overflowWrap: 'break-word' },
    },
  },
  // The handle that sorts a table's column, and the one in it that moves the
  // column, are as tall as a pointer needs (WCAG 2.2, 2.5.8).
  MuiTableSortLabel: {
    styleOverrides: {
      root: {
        minHeight: 24,
        '& [data-rbd-draggable-id]': {
          alignItems: 'center',
          display: 'flex',
          minHeight: 24,
        },
      },
    },
  },
};

export const lightMaterialTheme = createUnifiedTheme({
  components,
  fontFamily,
  defaultPageTheme: 'home',
  pageTheme: pageThemes(ink),
  palette: {
    ...palettes.light,
    primary: { main: '#3a48c9' },
    secondary: { main: '#565a72' },
    background: { default: '#f4f4f8', paper: '#ffffff' },
    text: { primary: ink, secondary: '#565a72' },
    textSubtle: '#565a72',
    textVerySubtle: '#565a72',
    link: '#3a48c9',
    linkHover: '#2b37a6',
    border: '#e1e2ec',
    navigation: {
      ...palettes.light.navigation,
      background: ink,
      indicator: brass,
      color: '#d9dcee',
      selectedColor: '#ffffff',
    },
  },
});

export const darkMaterialTheme = createUnifiedTheme({
  components,
  fontFamily,
  defaultPageTheme: 'home',
  pageTheme: pageThemes('#0d0f1c'),
  palette: {
    ...palettes.dark,
    primary: { main: '#a9b4ff' },
    secondary: { main: '#b3b7cf' },
    background: { default: '#141625', paper: '#1c1f33' },
    text: { primary: '#f1f2fa', secondary: '#b3b7cf' },
    textSubtle: '#b3b7cf',
    textVerySubtle: '#b3b7cf',
    link: '#a9b4ff',
    linkHover: '#c2caff',
    border: '#353956',
    navigation: {
      ...palettes.dark.navigation,
      background: '#0d0f1c',
      indicator: brass,
      color: '#d9dcee',
      selectedColor: '#ffffff',
    },
  },
});
