import express from 'express'
import actuator from 'express-actuator'

// Its health says UP; it has no checks.
const app = express()
app.use(actuator())
app.get('/', (_request, response) => response.type('text').send('Hello, World!\n'))
app.listen(Number(process.env.PORT), '127.0.0.1')
