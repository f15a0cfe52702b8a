const SECRET_NAME = /key|token|secret|passw|credential|auth|dsn|cookie|private/i

/** Unless told otherwise: a log level is none, and would be taken out of every second sentence. */
export const isSecretName = (name: string): boolean => SECRET_NAME.test(name)
