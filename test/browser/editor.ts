/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import type { N8nServer } from '../../local-n8n/server';

const RUN_LIMIT_MS = 120_000;

const LARGE_WINDOW = { width: 2400, height: 1400 };
/** Around the steps: for the handles beside the last ones, and for the names below them. */
const MARGIN = { side: 60, below: 70 };

/** A part of a page. */
export interface Area {
	x: number;
	y: number;
	width: number;
	height: number;
}

/** The n8n editor as a person uses it. Names of nodes, parameters and buttons are those on the screen. */
export class Editor {
	constructor(readonly page: Page) {}

	async signIn({ url, email, password }: N8nServer): Promise<void> {
		await this.page.goto(`${url}/signin`);
		await this.page.fill('input[name=emailOrLdapLoginId]', email);
		await this.page.fill('input[name=password]', password);
		await this.page.getByRole('button', { name: 'Sign in' }).click();
		await this.page.waitForURL(/\/home/);
	}

	/** Opens a saved workflow, or an empty one. */
	async openWorkflow({ url }: N8nServer, id = 'new'): Promise<void> {
		await this.page.goto(`${url}/workflow/${id}`);
		await this.part('canvas-plus-button').or(this.part('canvas-node')).first().waitFor();
	}

	/**
	 * Types into the search field for nodes and waits for one that must be found.
	 *
	 * @returns the names of all nodes that it offers, best first
	 */
	async searchNodes(words: string, mustFind: string): Promise<string[]> {
		await this.part('canvas-plus-button').or(this.part('node-creator-plus-button')).first().click();
		await this.part('node-creator-search-bar').fill(words);
		await this.nodeOffered(mustFind).waitFor();
		return await this.part('node-creator-item-name').allInnerTexts();
	}

	/** The first node of a workflow; n8n opens no panel for the manual one. */
	async addTrigger(name: string): Promise<void> {
		await this.searchNodes(name, name);
		await this.nodeOffered(name).click();
		await this.part('canvas-trigger-node').waitFor();
	}

	/** Adds one of the nodes found behind the last one. Its panel opens. */
	async pickNode(name: string): Promise<void> {
		await this.nodeOffered(name).click();
		// n8n shows what a community node is before it adds it.
		const confirm = this.page.getByRole('button', { name: 'Add to workflow' });
		await confirm.or(this.panel).first().waitFor();
		if (await confirm.isVisible()) await confirm.click();
		await this.panel.waitFor();
	}

	/** The panel of a node: what comes in, its form, what goes out. */
	get panel(): Locator {
		return this.part('ndv');
	}

	get outputPanel(): Locator {
		return this.part('output-panel');
	}

	async openPanel(node: string): Promise<void> {
		await this.node(node).dblclick();
		await this.panel.waitFor();
	}

	async closePanel(): Promise<void> {
		await this.part('ndv-close-button').click();
		await this.panel.waitFor({ state: 'hidden' });
	}

	/** The name of the credential that is chosen in the open panel. */
	async credentialChosen(): Promise<string> {
		return await this.part('node-credentials-select').locator('input').first().inputValue();
	}

	/** The credential that the open panel asks for, where it has none: the words of its button. */
	async credentialAsked(words: string): Promise<void> {
		await this.panel.getByRole('button', { name: `Connect to ${words}` }).waitFor();
	}

	/** The field of a parameter in the open panel. */
	parameter(name: string): Locator {
		return this.part(`parameter-input-${name}`);
	}

	async choose(parameter: string, option: string): Promise<void> {
		await this.parameter(parameter).click();
		await this.page.getByRole('option').filter({ hasText: option }).first().click();
	}

	/** Replaces what is in the JSON field of the open panel. */
	async writeJson(value: unknown): Promise<void> {
		await this.panel.locator('.cm-content').first().click();
		await this.page.keyboard.press('ControlOrMeta+A');
		await this.page.keyboard.insertText(JSON.stringify(value, null, 2));
	}

	/** What a parameter comes to for the first input item, as the panel shows it under the field. */
	async valueShown(parameter: string): Promise<string> {
		return await this.part(`parameter-expression-preview-${parameter}`).innerText();
	}

	/** Shows the output items of the open panel as `table`, `json` or `schema`. */
	async showOutputAs(mode: 'table' | 'json' | 'schema'): Promise<void> {
		await this.outputPanel.getByTestId(`radio-button-${mode}`).click();
	}

	/** The outputs of the open panel with their numbers of items, as on their tabs. */
	async outputTabs(): Promise<string[]> {
		await this.outputPanel.getByTestId('branches').waitFor();
		return await this.outputPanel
			.getByTestId('branches')
			.getByTestId(/^tab-\d+$/)
			.allInnerTexts();
	}

	/** Presses Execute and waits for n8n's message about the end. @returns the message */
	async execute(): Promise<string> {
		await this.closeMessages();
		await this.part('execute-workflow-button').first().click();
		const message = this.messages.first();
		await message.waitFor({ timeout: RUN_LIMIT_MS });
		return await message.innerText();
	}

	async closeMessages(): Promise<void> {
		while ((await this.messages.count()) > 0) {
			// A message may go by itself in the meantime.
			await this.messages
				.first()
				.locator('.el-notification__closeBtn')
				.click({ timeout: 1_000 })
				.catch(() => undefined);
		}
	}

	/** Arranges the nodes in a row. */
	async tidyUp(): Promise<void> {
		await this.part('tidy-up-button').click();
		await this.showAll();
	}

	/** Moves the canvas so that the whole workflow is seen, and waits until it stands still. */
	async showAll(): Promise<void> {
		await this.part('zoom-to-fit').click();
		await untilStill(this.part('canvas-node').first());
	}

	/**
	 * Shows the whole workflow at no less than a given size, however large the window must be for that.
	 *
	 * @param size 1 is full size, in which n8n shows a small workflow
	 * @returns the part of the page that the workflow is in, with what is written below its steps
	 */
	async showWhole(size: number): Promise<Area> {
		await this.page.setViewportSize(LARGE_WINDOW);
		await this.showAll();
		const [shown, { width, height }] = [await this.zoom(), await this.area()];
		const grow = Math.max(size / shown, 1);
		// Beside the workflow n8n leaves room, and has its own buttons.
		const around = { width: LARGE_WINDOW.width - width, height: LARGE_WINDOW.height - height };
		await this.page.setViewportSize({
			width: Math.ceil(width * grow + around.width * grow),
			height: Math.ceil(Math.max(height * grow + around.height, LARGE_WINDOW.height)),
		});
		await this.showAll();
		return await this.area();
	}

	/** The size at which the canvas is shown; 1 is full size. */
	async zoom(): Promise<number> {
		return await this.page
			.locator('.vue-flow__node')
			.first()
			.evaluate(
				(node) =>
					node.getBoundingClientRect().width / (node as unknown as { offsetWidth: number }).offsetWidth,
			);
	}

	/** The notes of the canvas whose text does not fit into them. */
	async notesCutOff(): Promise<string[]> {
		return await this.part('sticky').evaluateAll((notes) =>
			notes
				.filter((note) =>
					[...note.querySelectorAll('*')].some(
						(each) => each.scrollHeight > each.clientHeight + 1 && each.clientHeight > 40,
					),
				)
				.map((note) => note.textContent.slice(0, 60)),
		);
	}

	/** The part of the page that steps and notes are in. */
	private async area(): Promise<Area> {
		return await this.page.locator('.vue-flow__node').evaluateAll((nodes, margin) => {
			const boxes = nodes.map((node) => node.getBoundingClientRect());
			const [x, y] = [
				Math.min(...boxes.map(({ left }) => left)) - margin.side,
				Math.min(...boxes.map(({ top }) => top)) - margin.side,
			];
			return {
				x,
				y,
				width: Math.max(...boxes.map(({ right }) => right)) + margin.side - x,
				height: Math.max(...boxes.map(({ bottom }) => bottom)) + margin.below - y,
			};
		}, MARGIN);
	}

	node(name: string): Locator {
		return this.page.locator(`[data-test-id=canvas-node][data-node-name="${name}"]`);
	}

	part(testId: string): Locator {
		return this.page.getByTestId(testId);
	}

	private nodeOffered(name: string): Locator {
		return this.part('node-creator-item-name').filter({ hasText: name }).first();
	}

	private get messages(): Locator {
		return this.page.locator('.el-notification');
	}
}

/** The form of a credential. */
export class CredentialForm {
	constructor(private readonly editor: Editor) {}

	get form(): Locator {
		const { page } = this.editor;
		return page.locator('.el-dialog').filter({ has: this.editor.part('credential-edit-dialog') });
	}

	get accepted(): Locator {
		return this.editor.part('credentials-config-container-test-success');
	}

	/** From the panel of a node that has no credential yet. */
	async openNew(): Promise<void> {
		await this.editor.panel.getByRole('button', { name: /^Connect to/ }).click();
		await this.field('clientId').waitFor();
	}

	/** From the panel of a node that has one. n8n tests it at once. */
	async openSaved(): Promise<void> {
		await this.editor.part('credential-edit-button').click();
		await this.field('clientId').waitFor();
	}

	async fill(values: Record<string, string>): Promise<void> {
		for (const [name, value] of Object.entries(values)) await this.field(name).fill(value);
	}

	/** n8n tests what it saves; where the test goes well, the form closes. */
	async save(): Promise<void> {
		await this.editor.part('credential-save-button').click();
	}

	/** The Test button, which n8n labels Retry once there is a verdict. */
	async testAgain(): Promise<void> {
		const verdict = this.editor.page.waitForResponse(/\/rest\/credentials\/test$/);
		await this.form.getByRole('button', { name: 'Retry' }).click();
		await verdict;
	}

	/** What the form says of a credential that was refused. */
	async refusal(): Promise<string> {
		const details = this.form.getByText('More details');
		await details.click();
		await details.waitFor({ state: 'hidden' });
		return await this.form.innerText();
	}

	async close(): Promise<void> {
		await this.form.getByRole('button', { name: 'Close' }).click();
		await this.form.waitFor({ state: 'hidden' });
	}

	private field(name: string): Locator {
		return this.editor.part(`parameter-input-${name}`).locator('input, textarea').first();
	}
}

/** Waits until a part of the page has been in the same place for half a second, as after n8n moved the canvas. */
async function untilStill(part: Locator): Promise<void> {
	for (let sameFor = 0, before = ''; sameFor < 500; ) {
		await sleep(50);
		const now = JSON.stringify(await part.boundingBox());
		sameFor = now === before ? sameFor + 50 : 0;
		before = now;
	}
}
