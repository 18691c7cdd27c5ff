/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import axios from 'axios';
import type { FaultEntry } from '../../sandbox/faults/plan';

/** A request that the sandbox received. */
export interface SeenRequest {
	n: number;
	time: number;
	method: string;
	path: string;
	status: number;
	[key: string]: unknown;
}

/** A running sandbox gateway, in its own process, on a free port. */
export interface RunningSandbox {
	url: string;
	clientId: string;
	clientSecret: string;
	tenant: string;
	/** Changes settings at run time. */
	set(settings: Record<string, unknown>): Promise<void>;
	/** Requests to the gateway since the last `forget`, token requests included. */
	requests(): Promise<SeenRequest[]>;
	forget(): Promise<void>;
	/** Activates a fault plan in place of an earlier one. */
	plan(entries: readonly FaultEntry[]): Promise<void>;
	/** Resets settings, faults and recorded requests. */
	reset(): Promise<void>;
	revokeTokens(): Promise<void>;
	get<T>(path: string): Promise<T>;
	stop(): Promise<void>;
}

const ROOT = join(__dirname, '..', '..');

/** Starts the sandbox from the command line and waits for its ready line. */
export async function startSandbox(...flags: string[]): Promise<RunningSandbox> {
	const child = spawn(process.execPath, ['--import', 'tsx', 'sandbox/cli.ts', '--port', '0', ...flags], {
		cwd: ROOT,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let complaints = '';
	child.stderr.on('data', (text: Buffer) => (complaints += text.toString()));
	const ready = await new Promise<{ url: string; clientId: string; clientSecret: string; tenant: string }>(
		(resolve, reject) => {
			createInterface(child.stdout).on('line', (line) => resolve(JSON.parse(line) as never));
			child.once('exit', (code) => reject(new Error(`The sandbox ended with code ${code}: ${complaints}`)));
		},
	);
	const http = axios.create({ baseURL: ready.url });
	const { data: atStart } = await http.get<object>('/sandbox/settings');
	return {
		...ready,
		set: async (settings) => void (await http.put('/sandbox/settings', settings)),
		requests: async () => (await http.get<SeenRequest[]>('/sandbox/requests')).data,
		plan: async (entries) => void (await http.put('/sandbox/faults', entries)),
		reset: async () => {
			await http.put('/sandbox/settings', atStart);
			await http.delete('/sandbox/faults');
			await http.delete('/sandbox/requests');
		},
		forget: async () => void (await http.delete('/sandbox/requests')),
		revokeTokens: async () => void (await http.post('/sandbox/tokens/revoke')),
		get: async <T>(path: string) => (await http.get<T>(path)).data,
		stop: async () => {
			const ended = new Promise((resolve) => child.once('exit', resolve));
			child.kill('SIGTERM');
			await ended;
		},
	};
}
