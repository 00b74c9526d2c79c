import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from 'react-router/dom';
import { queryClient } from './api/query-client.ts';
import { router } from './routes.tsx';
import { colorSchemeManager } from './stores/preferences.ts';
import { usePrinting } from './stores/printing.ts';
import { cssVariablesResolver, theme } from './theme/theme.ts';

/** Everything that surrounds the pages: theme, server state, notifications, router. */
export function App() {
  const printing = usePrinting();
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
      {...(printing ? { forceColorScheme: 'light' as const } : {})}
    >
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" zIndex={1000} />
        {/* A filter that was just changed counts at once: a transition may be drawn after the next key is pressed. */}
        <RouterProvider router={router} useTransitions={false} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
