/** Apart from the project's other tests: these start five servers and take several minutes. */
module.exports = {
	...require('../../jest.config').projects[0],
	displayName: 'queue',
	rootDir: '../..',
	testMatch: ['<rootDir>/test/queue/**/*.test.ts'],
};
