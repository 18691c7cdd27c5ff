/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import { chromium, selectors, type Browser, type Page } from 'playwright-core';
import { say } from '../support/say';
import { chromiumProgram } from './chromium';

/**
 * What keeps Chromium, and n8n's editor in it, from asking anybody on the internet for anything; the sandbox cannot be had
 * as root. A certificate, which a request to the internet brings, would also end npm's Chromium on a bare system: its NSS
 * wants a libsqlite3 that the package does not have.
 */
const QUIET = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

/** A machine that builds something beside it needs half a minute for a page. */
const ACTION_LIMIT_MS = 90_000;

/**
 * Opens a page in this computer's Chromium, else in the one that npm carries, which is installed first.
 *
 * @throws where there is neither
 */
export async function openPage(): Promise<{ browser: Browser; page: Page }> {
	const { executablePath, env } = await chromiumProgram({ report: say });
	selectors.setTestIdAttribute('data-test-id');
	const browser = await chromium.launch({
		executablePath,
		headless: true,
		args: QUIET,
		env: { ...process.env, ...env },
	});
	const page = await browser.newPage({ viewport: { width: 1400, height: 800 }, colorScheme: 'light' });
	page.setDefaultTimeout(ACTION_LIMIT_MS);
	return { browser, page };
}
