// oidc-provider works on Node 20 but prints a warning there when it is loaded, which would alarm people without need.
const { warn } = console;
console.warn = () => {};
try {
	module.exports = require('oidc-provider');
} finally {
	console.warn = warn;
}
