/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';

const IMAGES = join(__dirname, '..', '..', 'docs', 'images');

const temporary = mkdtempSync(join(tmpdir(), 'payer-pictures-'));

/** The pictures of the documentation are replaced on request only; else a run would change files of the project. */
const folder = process.env.UPDATE_PICTURES === '1' ? IMAGES : temporary;

/** Takes a picture of the page, or of a part of it, for the documentation. */
export async function picture(of: Page | Locator, name: string): Promise<void> {
	await of.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' });
}

/** Takes a picture of what was on the screen when something failed. @returns where it is */
export async function failurePicture(page: Page, what: string): Promise<string> {
	const path = join(temporary, `failed-${what.replace(/\W+/g, '-')}.png`);
	await page.screenshot({ path });
	return path;
}
