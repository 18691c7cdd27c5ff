import type { Locator, Page } from 'playwright-core';

/**
 * What a person does with mouse and keyboard. Each click, text entered, key press and drag counts as one action; a chosen file counts as
 * two, the click on the field and the choice in the window that opens.
 */
export class Hands {
	private count = 0;

	constructor(private readonly page: Page) {}

	/** How many actions there were since the last `rest`. */
	get actions(): number {
		return this.count;
	}

	/** Counts from zero again. */
	rest(): void {
		this.count = 0;
	}

	async click(at: Locator): Promise<void> {
		this.count++;
		await at.click();
	}

	async doubleClick(at: Locator): Promise<void> {
		this.count++;
		await at.dblclick();
	}

	async fill(field: Locator, text: string): Promise<void> {
		this.count++;
		await field.fill(text);
	}

	/** Enters text where the cursor is. */
	async type(text: string): Promise<void> {
		this.count++;
		await this.page.keyboard.insertText(text);
	}

	async press(key: string): Promise<void> {
		this.count++;
		await this.page.keyboard.press(key);
	}

	async chooseFile(field: Locator, path: string): Promise<void> {
		this.count += 2;
		await field.setInputFiles(path);
	}

	/** Takes a thing with the mouse and lets it go over another. */
	async drag(what: Locator, to: Locator): Promise<void> {
		this.count++;
		await what.hover();
		await this.page.mouse.down();
		// Whether it is over the place to drop is seen by n8n in movements, of which the first begins the drag.
		const { x, y, width, height } = (await to.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
		await this.page.mouse.move(x + width / 2, y + height / 2, { steps: 20 });
		await to.hover();
		await this.page.mouse.up();
	}
}
