const { default: TestRunner } = require('jest-runner');

const AT_ONCE = 2;

/** Jest's own runner with fewer workers. Jest runs what has another runner before or after, not beside it. */
module.exports = class extends TestRunner {
	constructor(globalConfig, context) {
		super({ ...globalConfig, maxWorkers: Math.min(AT_ONCE, globalConfig.maxWorkers) }, context);
	}
};
