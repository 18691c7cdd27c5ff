import type { Browser } from 'playwright-core';
import { openStage, type Stage } from '../../demo/stage';
import { installN8n } from '../../local-n8n/install';
import { startSandbox, type RunningSandbox } from '../support/sandbox';
import { say } from '../support/say';
import { openPage } from './browser';
import { Editor } from './editor';

/** The first time, n8n is installed. */
export const OPEN_WITHIN_MS = 40 * 60_000;

/** A real n8n with the packed nodes, a sandbox, and a browser in which somebody is signed in to the editor. */
export interface OpenEditor {
	editor: Editor;
	sandbox: RunningSandbox;
	stage: Stage;
	close(): Promise<void>;
}

/** Opens the editor. @throws where Chromium is missing or n8n does not start; what was started is stopped */
export async function openEditor(): Promise<OpenEditor> {
	const report = () => undefined;
	let browser: Browser | undefined;
	let sandbox: RunningSandbox | undefined;
	let stage: Stage | undefined;
	const close = async () => {
		await browser?.close();
		await stage?.close();
		await sandbox?.stop();
	};
	const open = async (): Promise<OpenEditor> => {
		const opened = await openPage();
		({ browser } = opened);
		const editor = new Editor(opened.page);
		const runtime = await installN8n({ report: say });
		sandbox = await startSandbox('--retry-after', '1');
		stage = await openStage(runtime, report);
		await editor.signIn(stage.n8n);
		return { editor, sandbox, stage, close };
	};
	return await open().catch(async (error: Error) => {
		await close();
		return await Promise.reject(error);
	});
}
