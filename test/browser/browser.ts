/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { existsSync } from 'node:fs';
import { chromium, selectors, type Browser, type Page } from 'playwright-core';

/** Where Debian's package puts it. Another place: the environment variable CHROMIUM_PATH. */
const DEBIAN_CHROMIUM = '/usr/bin/chromium';

/** What keeps Chromium from asking anybody on the internet for anything; the sandbox cannot be had as root. */
const QUIET = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

const ACTION_LIMIT_MS = 20_000;

/**
 * Opens a page in a Chromium that is installed on this computer; none is downloaded.
 *
 * @throws when there is no Chromium; the message has the command that installs it
 */
export async function openPage(): Promise<{ browser: Browser; page: Page }> {
	const executablePath = process.env.CHROMIUM_PATH ?? DEBIAN_CHROMIUM;
	if (!existsSync(executablePath)) {
		throw new Error(
			`The browser test needs Chromium, and ${executablePath} is not there. Install with: sudo apt-get install -y chromium. Where it is elsewhere, name the program in CHROMIUM_PATH.`,
		);
	}
	selectors.setTestIdAttribute('data-test-id');
	const browser = await chromium.launch({ executablePath, headless: true, args: QUIET });
	const page = await browser.newPage({ viewport: { width: 1400, height: 800 }, colorScheme: 'light' });
	page.setDefaultTimeout(ACTION_LIMIT_MS);
	return { browser, page };
}
