/* Says what to do where the packages that the commands need are not installed; plain JavaScript, since nothing else runs then. */
import { existsSync } from 'node:fs';

if (!existsSync('node_modules/tsx')) {
	console.error('The packages of this project are not installed. Run: npm ci');
	process.exit(1);
}
