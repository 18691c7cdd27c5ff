/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { execFile, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import axios from 'axios';
import { atEnd } from '../local-n8n/ownedProcess';
import type { Outcome, Task } from './contender';
import type { PayerCounts, PayerLimits } from './payer';

const ROOT = join(__dirname, '..');
/** Below node_modules, so that what is built finds its packages and git does not see it. */
const BUILT = join(ROOT, 'node_modules', '.cache', 'payer-benchmarks');
const LARGEST_OUTPUT = 64 * 1024 * 1024;
const HEAP_MEGABYTES = 12 * 1024;

/** Where contenders meet: a payer in a process of its own, a temporary folder, and each contender in a process of its own. */
export interface Ring {
	folder: string;
	/** The address of the payer. */
	url: string;
	/** Runs a contender once. @throws what it said where it failed */
	run(contender: string, task?: Partial<Task>, heapMegabytes?: number): Promise<Outcome>;
	/** Sets what the payer bears, and forgets what it saw. */
	limit(limits: Partial<PayerLimits>): Promise<void>;
	counts(): Promise<PayerCounts>;
	/** The address of a file of this computer at the payer. */
	pathOf(file: string): string;
	close(): Promise<void>;
}

/** Compiles nodes and contenders as the package is compiled, and starts the payer. */
export async function openRing(): Promise<Ring> {
	await compile();
	const folder = await mkdtemp(join(tmpdir(), 'bench-'));
	const payer = spawn(process.execPath, [join(BUILT, 'benchmarks', 'payer.js')], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const forget = atEnd(() => {
		payer.kill();
		rmSync(folder, { recursive: true, force: true });
	});
	const url = await new Promise<string>((resolve, reject) => {
		createInterface(payer.stdout).once('line', (line) => resolve((JSON.parse(line) as { url: string }).url));
		payer.once('exit', (code) => reject(new Error(`The payer ended with code ${code}`)));
	});
	return {
		folder,
		url,
		run: async (contender, task = {}, heapMegabytes = HEAP_MEGABYTES) => {
			const { stdout } = await promisify(execFile)(
				process.execPath,
				[
					`--max-old-space-size=${heapMegabytes}`,
					join(BUILT, 'benchmarks', 'contender.js'),
					contender,
					JSON.stringify({ payer: url, path: '/', ...task }),
				],
				{ maxBuffer: LARGEST_OUTPUT },
			);
			return JSON.parse(stdout) as Outcome;
		},
		limit: async (limits) => void (await axios.put(`${url}/limits`, limits)),
		counts: async () => (await axios.get<PayerCounts>(`${url}/counts`)).data,
		pathOf: (file) => `/v1/bison/bulk-data/r4/$export/file/${Buffer.from(file).toString('base64url')}.ndjson`,
		close: async () => {
			forget();
			const ended = new Promise((resolve) => payer.once('exit', resolve));
			payer.kill();
			await ended;
			await rm(folder, { recursive: true, force: true });
		},
	};
}

async function compile(): Promise<void> {
	await rm(BUILT, { recursive: true, force: true });
	const flags = '--noCheck --skipLibCheck --module commonjs --moduleResolution node --target es2022';
	await promisify(execFile)(
		process.execPath,
		[
			join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'),
			...flags.split(' '),
			...['--esModuleInterop', '--resolveJsonModule', '--experimentalDecorators', '--types', 'node'],
			...['--outDir', BUILT, '--rootDir', '.', 'benchmarks/contender.ts', 'benchmarks/payer.ts'],
		],
		{ cwd: ROOT },
	);
}
