const saysExamples = { globalSetup: '<rootDir>/test/support/sayExamples.js' };
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
		{ ...typescript, displayName: 'nodes', testMatch: ['<rootDir>/test/nodes/**/*.test.ts'] },
		{
			...typescript,
			...saysExamples,
			displayName: 'conformance',
			testMatch: ['<rootDir>/test/conformance/**/*.test.ts'],
		},
		{ ...typescript, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.test.ts'] },
		{ ...typescript, displayName: 'browser', testMatch: ['<rootDir>/test/browser/**/*.test.ts'] },
	],
	testTimeout: 60_000,
	testSequencer: '<rootDir>/test/support/sequencer.js',
};
