import { attack } from './attack.ts';

/**
 * `node tools/run.mjs tools/attack/run.ts http://127.0.0.1:4780`: attacks a running console of your own by what its OpenAPI
 * document says. The administrator is named by CONSOLE_ADMIN (admin) and CONSOLE_ADMIN_PASSWORD. It makes people and
 * clients there, so give it one that may be thrown away.
 */
const [url] = process.argv.slice(2);
const password = process.env.CONSOLE_ADMIN_PASSWORD;
if (url === undefined || password === undefined)
  throw new Error('Name the address of the console, and its administrator’s password in CONSOLE_ADMIN_PASSWORD.');
const { requests, faults } = await attack(url.replace(/\/$/, ''), {
  username: process.env.CONSOLE_ADMIN ?? 'admin',
  password,
});
console.log([`${requests} requests, ${faults.length} faults`, ...faults].join('\n'));
process.exitCode = faults.length > 0 ? 1 : 0;
