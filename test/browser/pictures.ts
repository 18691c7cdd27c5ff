/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import type { Area } from './editor';
import { smallPng } from './smallPng';

const IMAGES = join(__dirname, '..', '..', 'docs', 'images');

const temporary = mkdtempSync(join(tmpdir(), 'payer-pictures-'));

/** The pictures of the documentation are replaced on request only; else a run would change files of the project. */
const folder = process.env.UPDATE_PICTURES === '1' ? IMAGES : temporary;

/** Messages come and go by themselves, such as the one that a workflow was saved in another tab. */
const MESSAGES = '.el-notification';
/** What n8n lays over the lower edge of the canvas. */
const BUTTONS = '[class*=executionButtons], .vue-flow__controls';

/**
 * Takes a picture for the documentation.
 * @param clip the part of the canvas, where it is not to be all of the page
 */
export async function picture(of: Page | Locator, name: string, clip?: Area): Promise<void> {
	const png = await of.screenshot({
		...(clip && { clip }),
		style: `${clip ? `${MESSAGES}, ${BUTTONS}` : MESSAGES} { visibility: hidden }`,
		animations: 'disabled',
		caret: 'hide',
	});
	writeFileSync(join(folder, `${name}.png`), smallPng(png));
}

/** Does a piece of work; where it fails, the error says where a picture of the screen is. */
export async function withFailurePicture(page: Page, what: string, work: () => Promise<void>): Promise<void> {
	await work().catch(async (error: Error) => {
		const path = join(temporary, `failed-${what.replace(/\W+/g, '-')}.png`);
		await page.screenshot({ path });
		error.message += `\nThe screen: ${path}`;
		return await Promise.reject(error);
	});
}
