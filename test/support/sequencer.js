const { default: Sequencer } = require('@jest/test-sequencer');

const FAST_FIRST = ['unit', 'nodes', 'faults', 'conformance', 'e2e', 'browser'];
/** Started first of their project, so that no worker has one left when the others are done. */
const LONG = ['test/e2e/n8n.test.ts', 'test/e2e/oldest.test.ts'];

/** Begins the projects one after the other, the fast ones first. */
module.exports = class extends Sequencer {
	sort(tests) {
		const project = ({ context }) => FAST_FIRST.indexOf(context.config.displayName?.name);
		const isShort = ({ path }) => Number(!LONG.some((long) => path.endsWith(long)));
		return [...super.sort(tests)].sort(
			(one, other) => project(one) - project(other) || isShort(one) - isShort(other),
		);
	}
};
