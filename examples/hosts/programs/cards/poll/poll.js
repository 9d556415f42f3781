// The host shows many of them: which one it is stands in the query.
const QUESTIONS = [
  ['Which way to work?', ['Bicycle', 'Train', 'On foot'], [42, 31, 8]],
  ['Coffee or tea?', ['Coffee', 'Tea'], [61, 47]],
  ['Best month in the garden?', ['May', 'June', 'September'], [25, 33, 19]],
]

Page({
  data: { question: '', answers: [], voted: -1 },
  onLoad({ n }) {
    const [question, texts, votes] = QUESTIONS[n % QUESTIONS.length]
    this.votes = votes.slice()
    this.setData({ question, answers: texts.map((text) => ({ text, share: 0 })) })
  },
  vote({ currentTarget }) {
    if (this.data.voted >= 0) return
    const voted = currentTarget.dataset.index
    this.votes[voted] += 1
    const all = this.votes.reduce((sum, votes) => sum + votes, 0)
    const answers = this.data.answers.map(({ text }, at) => ({ text, share: Math.round((100 * this.votes[at]) / all) }))
    this.setData({ voted, answers })
  },
})
