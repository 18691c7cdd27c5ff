import type { Locator } from 'playwright-core';
import type { Editor } from './editor';

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
		await this.editor.hands.click(this.editor.panel.getByRole('button', { name: /^Connect to/ }));
		await this.field('clientId').waitFor();
	}

	/** From the panel of a node that has one. n8n tests it at once. */
	async openSaved(): Promise<void> {
		await this.editor.hands.click(this.editor.part('credential-edit-button'));
		await this.field('clientId').waitFor();
	}

	async fill(values: Record<string, string>): Promise<void> {
		for (const [name, value] of Object.entries(values)) await this.editor.hands.fill(this.field(name), value);
	}

	/** n8n tests what it saves; where the test goes well, the form closes. */
	async save(): Promise<void> {
		await this.editor.hands.click(this.editor.part('credential-save-button'));
	}

	/** The Test button, which n8n labels Retry once there is a verdict. */
	async testAgain(): Promise<void> {
		const verdict = this.editor.page.waitForResponse(/\/rest\/credentials\/test$/);
		await this.editor.hands.click(this.form.getByRole('button', { name: 'Retry' }));
		await verdict;
	}

	/** What the form says of a credential that was refused. */
	async refusal(): Promise<string> {
		const details = this.form.getByText('More details');
		await this.editor.hands.click(details);
		await details.waitFor({ state: 'hidden' });
		return await this.form.innerText();
	}

	async close(): Promise<void> {
		await this.editor.hands.click(this.form.getByRole('button', { name: 'Close' }));
		await this.form.waitFor({ state: 'hidden' });
	}

	private field(name: string): Locator {
		return this.editor.part(`parameter-input-${name}`).locator('input, textarea').first();
	}
}
