import '../out/fonts/inter.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './theme/theme.css';
import './theme/print.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { askForSession } from './api/session.ts';
import { followDesktop } from './desktop.ts';
import { followPrinting } from './stores/printing.ts';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root element');
askForSession();
followDesktop();
followPrinting();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
