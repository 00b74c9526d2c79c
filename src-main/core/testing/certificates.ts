import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Files in PEM. */
export interface Certificate {
  cert: string;
  key: string;
}

/** Makes a certificate that signs itself, by openssl, for a name or an address as in `DNS:db.test`, in a folder. */
export function makeCertificate(folder: string, file: string, subject: string): Certificate {
  const [cert, key] = [join(folder, `${file}.pem`), join(folder, `${file}-key.pem`)];
  const names = ['-subj', `/CN=${file}`, '-addext', `subjectAltName=${subject}`];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...curve, ...names, '-keyout', key, '-out', cert], { stdio: 'pipe' });
  return { cert, key };
}
