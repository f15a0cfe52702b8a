/**
 * How a gateway is run. Nearly all that a call makes is garbage when its answer has left: in a larger nursery it is collected
 * less often, and less of what is still in use is copied each time. In megabytes, of which V8 takes up to three times as many.
 */
export const GATEWAY_FLAGS = ['--max-semi-space-size=32', '--import', 'tsx']
export const GATEWAY_ARGS = [...GATEWAY_FLAGS, 'gateway/main.ts']
