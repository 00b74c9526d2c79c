/**
 * Saves what an API path streams: by the desktop's save dialog where there is one, by the browser's download otherwise.
 * @param apiPath as from `urlOf(operation, input)`
 * @returns false when the person cancelled the dialog
 */
export async function download(apiPath: string, suggestedName: string): Promise<boolean> {
  if (window.shell) return (await window.shell.saveDownload(apiPath, suggestedName)) !== null;
  const anchor = document.createElement('a');
  anchor.href = apiPath;
  anchor.download = suggestedName;
  anchor.style.display = 'none';
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  return true;
}

/** Saves text made on the screen, such as a recovery kit or the rows of a table. */
export const downloadText = (text: string, suggestedName: string, contentType = 'text/plain'): void =>
  downloadBlob(new Blob([text], { type: contentType }), suggestedName);

/** Saves what was made on the screen. */
export function downloadBlob(blob: Blob, suggestedName: string): void {
  const url = URL.createObjectURL(blob);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = suggestedName;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
