import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { ThemeBlueprint } from '@backstage/plugin-app-react';
import { UnifiedThemeProvider } from '@backstage/theme';
import { RiMoonLine, RiSunLine } from '@remixicon/react';
import type { ComponentType } from 'react';
import { darkMaterialTheme, lightMaterialTheme } from './materialThemes';

/**
 * The settings page gives the icon Material UI's `color`, which for this icon
 * set would be its fill; so the icon gets none of it.
 */
function ThemeIcon({ of: Icon }: { of: ComponentType }) {
  return <Icon />;
}

const light = ThemeBlueprint.make({
  name: 'light',
  params: {
    theme: {
      id: 'light',
      title: 'Light',
      variant: 'light',
      icon: <ThemeIcon of={RiSunLine} />,
      Provider: ({ children }) => (
        <UnifiedThemeProvider theme={lightMaterialTheme} themeName="callboard">
          {children}
        </UnifiedThemeProvider>
      ),
    },
  },
});

const dark = ThemeBlueprint.make({
  name: 'dark',
  params: {
    theme: {
      id: 'dark',
      title: 'Dark',
      variant: 'dark',
      icon: <ThemeIcon of={RiMoonLine} />,
      Provider: ({ children }) => (
        <UnifiedThemeProvider theme={darkMaterialTheme} themeName="callboard">
          {children}
        </UnifiedThemeProvider>
      ),
    },
  },
});

/** Callboard's light and dark themes, in place of Backstage's. */
export const themeModule = createFrontendModule({
  pluginId: 'app',
  extensions: [light, dark],
});
