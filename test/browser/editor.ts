/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import type { N8nServer } from '../../local-n8n/server';
import { Hands } from './hands';

const RUN_LIMIT_MS = 240_000;
const CHOSEN_WITHIN_MS = 60_000;

const LARGE_WINDOW = { width: 2400, height: 1400 };
/** Around the steps at full size: for the handles beside the last ones, and for the names below them. */
const MARGIN = { side: 86, below: 100 };

/** A part of a page. */
export interface Area {
	x: number;
	y: number;
	width: number;
	height: number;
}

/** The n8n editor as a person uses it. Names of nodes, parameters and buttons are those on the screen. */
export class Editor {
	/** Does what a person does, and counts it. */
	readonly hands: Hands;

	constructor(readonly page: Page) {
		this.hands = new Hands(page);
	}

	async signIn({ url, email, password }: N8nServer): Promise<void> {
		await this.page.goto(`${url}/signin`);
		await this.hands.fill(this.page.locator('input[name=emailOrLdapLoginId]'), email);
		await this.hands.fill(this.page.locator('input[name=password]'), password);
		await this.hands.click(this.page.getByRole('button', { name: 'Sign in' }));
		await this.page.waitForURL(/\/home/);
	}

	/** Opens a saved workflow, or an empty one. */
	async openWorkflow({ url }: N8nServer, id = 'new'): Promise<void> {
		await this.page.goto(`${url}/workflow/${id}`);
		await this.part('canvas-plus-button').or(this.part('canvas-node')).first().waitFor();
	}

	/** Starts a new workflow from the first page. */
	async createWorkflow({ url }: N8nServer): Promise<void> {
		await this.page.goto(`${url}/home/workflows`);
		const create = this.part('new-workflow-card').or(this.part('add-resource-workflow'));
		await this.hands.click(create.first());
		await this.part('canvas-plus-button').waitFor();
	}

	/** Opens the list of nodes; what is picked there is connected to the node that was added last. */
	async openNodes(): Promise<void> {
		await this.hands.click(this.part('canvas-plus-button').or(this.part('node-creator-plus-button')).first());
	}

	/**
	 * Types into the search field for nodes and waits for one that must be found.
	 *
	 * @returns the names of all nodes that it offers, best first
	 */
	async searchNodes(words: string, mustFind: string): Promise<string[]> {
		await this.openNodes();
		await this.hands.fill(this.part('node-creator-search-bar'), words);
		await this.nodeOffered(mustFind).waitFor();
		return await this.part('node-creator-item-name').allInnerTexts();
	}

	/** The first node of a workflow; n8n opens no panel for the manual one. */
	async addTrigger(name: string): Promise<void> {
		await this.searchNodes(name, name);
		await this.hands.click(this.nodeOffered(name));
		await this.part('canvas-trigger-node').waitFor();
	}

	/** Adds one of the nodes found behind the last one. Its panel opens. */
	async pickNode(name: string): Promise<void> {
		await this.hands.click(this.nodeOffered(name));
		// n8n shows what a community node is before it adds it.
		const confirm = this.page.getByRole('button', { name: 'Add to workflow' });
		await confirm.or(this.panel).first().waitFor();
		if (await confirm.isVisible()) await this.hands.click(confirm);
		await this.panel.waitFor();
	}

	/** Picks one of the things that a node can do, as n8n lists them for its own nodes. Its panel opens. */
	async pickAction(name: string, action: string): Promise<void> {
		await this.hands.click(this.nodeOffered(name));
		await this.hands.click(this.part('node-creator-item-name').getByText(action, { exact: true }));
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
		await this.hands.doubleClick(this.node(node));
		await this.panel.waitFor();
	}

	async closePanel(): Promise<void> {
		await this.hands.click(this.part('ndv-close-button'));
		await this.panel.waitFor({ state: 'hidden' });
	}

	/** The name of the credential that is chosen in the open panel. n8n chooses the only one a moment after the panel opens. */
	async credentialChosen(): Promise<string> {
		const field = this.part('node-credentials-select').locator('input').first();
		await field.waitFor();
		const deadline = Date.now() + CHOSEN_WITHIN_MS;
		while ((await field.inputValue()) === '' && Date.now() < deadline) await sleep(50);
		return await field.inputValue();
	}

	/** The credential that the open panel asks for, where it has none: the words of its button. */
	async credentialAsked(words: string): Promise<void> {
		await this.panel.getByRole('button', { name: `Connect to ${words}` }).waitFor();
	}

	/** The field of a parameter in the open panel. */
	parameter(name: string): Locator {
		return this.part(`parameter-input-${name}`);
	}

	/** Enters a value into the field of a parameter in the open panel. */
	async fill(parameter: string, value: string): Promise<void> {
		await this.hands.fill(this.parameter(parameter).locator('input, textarea').first(), value);
	}

	/** Drags a column of the input into the field of a parameter in the open panel. */
	async dragColumn(column: string, parameter: string): Promise<void> {
		const input = this.part('ndv-input-panel');
		await this.hands.drag(input.getByText(column, { exact: true }).first(), this.parameter(parameter));
		await this.parameter(parameter).locator('.cm-content').getByText('{{').waitFor();
	}

	/** The expression in the field of a parameter in the open panel. */
	async expressionIn(parameter: string): Promise<string> {
		return (await this.parameter(parameter).locator('.cm-content').innerText()).trim();
	}

	async choose(parameter: string, option: string): Promise<void> {
		await this.hands.click(this.parameter(parameter));
		await this.hands.click(this.page.getByRole('option').filter({ hasText: option }).first());
	}

	/** Chooses in a field that has a list of its own (n8n's resource locator): first the list, then an entry of it. */
	async chooseFromList(parameter: string, mode: string, entry: string): Promise<void> {
		const field = this.parameter(parameter);
		await this.hands.click(field.getByTestId('rlc-mode-selector'));
		await this.hands.click(this.page.getByRole('option').filter({ hasText: mode }).first());
		await this.hands.click(field.getByTestId('rlc-input-container'));
		await this.hands.click(this.part('rlc-item').filter({ hasText: entry }).first());
	}

	/** Replaces what is in the JSON field of the open panel. */
	async writeJson(value: unknown): Promise<void> {
		await this.hands.click(this.panel.locator('.cm-content').first());
		await this.hands.press('ControlOrMeta+A');
		await this.hands.type(JSON.stringify(value, null, 2));
	}

	/** What is entered in the field of a parameter in the open panel. */
	async valueOf(parameter: string): Promise<string> {
		const field = this.parameter(parameter);
		// Before it stands how the value is chosen.
		const listed = field.getByTestId('rlc-input-container');
		const value = (await listed.count()) > 0 ? listed : field;
		return await value.locator('input, textarea').first().inputValue();
	}

	/** What a parameter comes to for the first input item, as the panel shows it under the field. */
	async valueShown(parameter: string): Promise<string> {
		const shown = await this.part(`parameter-expression-preview-${parameter}`).innerText();
		return shown.replace(/\u00a0/g, ' ');
	}

	/** Shows the output items of the open panel as `table`, `json` or `schema`. */
	async showOutputAs(mode: 'table' | 'json' | 'schema'): Promise<void> {
		await this.hands.click(this.outputPanel.getByTestId(`radio-button-${mode}`));
	}

	/** The outputs of the open panel with their numbers of items, as on their tabs. */
	async outputTabs(): Promise<string[]> {
		await this.outputPanel.getByTestId('branches').waitFor();
		return await this.outputPanel
			.getByTestId('branches')
			.getByTestId(/^tab-\d+$/)
			.allInnerTexts();
	}

	/** Downloads the file of the open panel's output. @returns its name, and where it was saved */
	async downloadFile(): Promise<{ name: string; path: string }> {
		const started = this.page.waitForEvent('download');
		await this.hands.click(this.outputPanel.getByRole('button', { name: 'Download' }).first());
		const download = await started;
		return { name: download.suggestedFilename(), path: await download.path() };
	}

	/** Presses Execute and waits for n8n's message about the end. @returns the message */
	async execute(): Promise<string> {
		await this.closeMessages();
		await this.hands.click(this.part('execute-workflow-button').first());
		return await this.message();
	}

	/**
	 * Presses Execute step in the open panel, and gives a file to the form that n8n opens in another window.
	 * @returns n8n's message about the end
	 */
	async executeStepWithFile(path: string): Promise<string> {
		return await this.executeWithFile(this.part('node-execute-button'), path);
	}

	/** The same for the whole workflow: presses Execute workflow on the canvas. */
	async executeWorkflowWithFile(path: string): Promise<string> {
		return await this.executeWithFile(this.part('execute-workflow-button').first(), path);
	}

	private async executeWithFile(button: Locator, path: string): Promise<string> {
		await this.closeMessages();
		const opened = this.page.context().waitForEvent('page');
		await this.hands.click(button);
		const form = await opened;
		await this.hands.chooseFile(form.locator('input[type=file]'), path);
		await this.hands.click(form.getByRole('button', { name: /Submit|Fetch/ }));
		await form.getByText('Form Submitted').waitFor();
		await form.close();
		return await this.message();
	}

	/** Presses Execute step in the open panel. @returns n8n's message about the end */
	async executeStep(): Promise<string> {
		await this.closeMessages();
		await this.hands.click(this.part('node-execute-button'));
		return await this.message();
	}

	/** Waits for what n8n says of the end of a run. */
	private async message(): Promise<string> {
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
		await this.hands.click(this.part('tidy-up-button'));
		await this.showAll();
	}

	/** Moves the canvas so that the whole workflow is seen, and waits until it stands still. */
	async showAll(): Promise<void> {
		await this.hands.click(this.part('zoom-to-fit'));
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
		// The room that n8n leaves around the workflow grows with the window.
		const grow = Math.max(size / (await this.zoom()), 1);
		await this.page.setViewportSize({
			width: Math.ceil(LARGE_WINDOW.width * grow),
			height: Math.ceil(LARGE_WINDOW.height * grow),
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
		const zoom = await this.zoom();
		const around = { side: MARGIN.side * zoom, below: MARGIN.below * zoom };
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
		}, around);
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

/** Waits until a part of the page has been in the same place for half a second, as after n8n moved the canvas. */
async function untilStill(part: Locator): Promise<void> {
	for (let sameFor = 0, before = ''; sameFor < 500; ) {
		await sleep(50);
		const now = JSON.stringify(await part.boundingBox());
		sameFor = now === before ? sameFor + 50 : 0;
		before = now;
	}
}
