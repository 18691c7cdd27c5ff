const { availableParallelism } = require('node:os');

const saysExamples = { globalSetup: '<rootDir>/test/support/sayExamples.js' };
/** Each of these files starts an n8n, the browser's a Chromium as well: a machine bears fewer of them at once. */
const startsN8n = { runner: '<rootDir>/test/support/twoAtATime.js' };
const typescript = {
	transform: {
		'^.+\\.ts$': [
			'ts-jest',
			{
				tsconfig: {
					module: 'commonjs',
					moduleResolution: 'node',
					target: 'es2022',
					esModuleInterop: true,
					isolatedModules: true,
					experimentalDecorators: true,
				},
			},
		],
	},
	testEnvironment: 'node',
	// The n8n installs: 100,000 files each.
	modulePathIgnorePatterns: ['<rootDir>/.n8n-local/'],
};

module.exports = {
	projects: [
		{
			...typescript,
			...saysExamples,
			displayName: 'unit',
			testMatch: ['<rootDir>/test/unit/**/*.test.ts'],
		},
		{
			...typescript,
			displayName: 'nodes',
			testMatch: ['<rootDir>/test/nodes/**/*.test.ts'],
			testPathIgnorePatterns: ['<rootDir>/test/nodes/faults/'],
		},
		{ ...typescript, displayName: 'faults', testMatch: ['<rootDir>/test/nodes/faults/**/*.test.ts'] },
		{
			...typescript,
			...saysExamples,
			displayName: 'conformance',
			testMatch: ['<rootDir>/test/conformance/**/*.test.ts'],
		},
		{
			...typescript,
			...startsN8n,
			displayName: 'e2e',
			testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
		},
		{
			...typescript,
			...startsN8n,
			displayName: 'browser',
			testMatch: ['<rootDir>/test/browser/**/*.test.ts'],
		},
	],
	// Most of these tests wait for a payer's clock, so more of them than processors share the machine.
	maxWorkers: Math.max(4, availableParallelism() - 1),
	testTimeout: 400_000,
	testSequencer: '<rootDir>/test/support/sequencer.js',
};
