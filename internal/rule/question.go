package rule

// ask puts the rule's question into the finding, with the person's answer and
// what follows from it. The sentence is the chosen option's, when it is complete.
func (j *judging) ask(r *compiled, it item, several bool, f *Finding) (sentence string, ok bool) {
	q := r.question
	f.Question = &Question{Key: q.Key, Ask: q.Ask}
	if several {
		f.Question.Key += "." + it.suffix
	}
	offered := map[string]error{} // by value: nil, or why it is doubtful
	for _, o := range q.options {
		possible, err := o.when.truth(j.known)
		if possible || err != nil {
			offered[o.Value] = err
			f.Question.Options = append(f.Question.Options, Option{Value: o.Value, Label: o.Label, Verified: o.verified})
		}
	}
	value := q.accepted(it.given)
	if value == "" {
		if it.given != "" {
			f.Text += "（所填“" + clip(it.given) + "”不是可选项，按未答处理。）"
		}
		f.Outcome = Worse(f.Outcome, q.Unanswered)
		return "", false
	}
	o := q.option(value)
	if o == nil { // a free answer
		f.Question.Answer = value
		return "", false
	}
	doubt, possible := offered[value]
	if !possible {
		f.Text += "（所选“" + o.Label + "”与核查结果不符，按未答处理。）"
		f.Outcome = Worse(f.Outcome, Worse(Review, q.Unanswered))
		return "", false
	}
	f.Question.Answer = value
	f.Verified = f.Verified && o.verified
	f.Outcome = Worse(f.Outcome, o.Outcome)
	if doubt != nil {
		f.Outcome = Worse(f.Outcome, Review)
		return "", false
	}
	return j.sentence(r, o.sentence, it, f.Verified)
}

// choice is what the person answered. Where a question is asked of several
// things, each needs an answer of its own; one answer never stands for another.
func (j *judging) choice(q *question, it item, several bool) string {
	if q.perItem {
		if own := j.facts.Choices[q.Key+"."+it.suffix]; own != "" || several {
			return own
		}
	}
	return j.facts.Choices[q.Key]
}
